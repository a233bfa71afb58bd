import type { RequestLogged } from '@millrace/events';
import { LineReader } from './line-reader.ts';
import { spaces } from './text.ts';
import { decodeUtf8, withoutByteOrderMark } from './utf8.ts';

/**
 * Reads an access log of any size in constant memory, its lines as they stand and no blank ones; `chunks` are its bytes
 * as characters, and `readAt` is the time of the reading.
 */
export async function* readAccessLog(
  chunks: AsyncIterable<string>,
  readAt: string,
): AsyncGenerator<readonly RequestLogged[]> {
  const reader = new LineReader();
  let number = 0;
  const logged = (lines: readonly string[]) =>
    lines.flatMap((bytes) => {
      number++;
      return bytes ? [requestLogged(decodeUtf8(bytes), number, readAt)] : [];
    });
  for await (const chunk of withoutByteOrderMark(chunks)) yield logged(reader.read(chunk));
  yield logged(reader.end());
}

/** The line's number is the request's: equal lines are different requests. */
function requestLogged(line: string, number: number, readAt: string): RequestLogged {
  return {
    type: 'RequestLogged',
    occurredAt: readAt,
    requestId: `access-log:${number}`,
    client: firstWord(line),
    line,
  };
}

const word = new RegExp(spaces);

function firstWord(line: string): string {
  return line.split(word, 1)[0] || '-';
}
