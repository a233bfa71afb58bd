import { isUtf8 } from 'node:buffer';
import { addAbortSignal, type Readable } from 'node:stream';

export interface InputLine {
  /** Undefined when its bytes are no UTF-8. */
  readonly line: string | undefined;
  /** No more of the input is at hand: a pipe that is quiet must not hold back what came before. */
  readonly last: boolean;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * The lines of the input, which end with LF or CRLF and with nothing else: U+2028 is a character of a value. Ends when the
 * signal aborts.
 */
export async function* inputLines(
  input: Readable,
  signal: AbortSignal,
): AsyncGenerator<InputLine, void, undefined> {
  const begun: Buffer[] = [];
  try {
    for await (const chunk of addAbortSignal(signal, input)) {
      let rest = Buffer.from(chunk);
      const quiet = input.readableLength === 0;
      for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
        const line = Buffer.concat([...begun.splice(0), rest.subarray(0, end)]);
        rest = rest.subarray(end + 1);
        yield { line: textOf(line), last: quiet && !rest.includes(newline) };
      }
      if (rest.length > 0) begun.push(rest);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return;
  }
  if (begun.length > 0) yield { line: textOf(Buffer.concat(begun)), last: true };
}

function textOf(line: Buffer): string | undefined {
  const bytes = line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
  return isUtf8(bytes) ? bytes.toString() : undefined;
}
