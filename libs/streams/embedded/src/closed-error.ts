import { StreamsError } from '@millrace/streams';

export function closedError(file: string): StreamsError {
  return new StreamsError('CLOSED', `The log ${file} is closed: open it again`);
}
