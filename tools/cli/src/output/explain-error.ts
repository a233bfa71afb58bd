import type { StreamsError } from '@millrace/streams';

/** An error as the command says it: what is wrong and which verb mends it, the same on every backend. */
export function explainError({ code, message }: StreamsError): string {
  const name = /\b(?:topic|group) (\S+?)[,:;]? does not exist/i.exec(message)?.[1];
  switch (code) {
    case 'UNKNOWN_TOPIC':
      return `there is no topic ${name ?? 'of that name'}; streams topics list names those there are (${code})`;
    case 'UNKNOWN_GROUP':
      return `there is no group ${name ?? 'of that name'}; streams groups list names those there are (${code})`;
    default:
      return `${message} (${code})`;
  }
}
