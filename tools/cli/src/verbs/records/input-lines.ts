import { addAbortSignal, type Readable } from 'node:stream';

export interface InputLine {
  readonly line: string;
  /** No more of the input is at hand: a pipe that is quiet must not hold back what came before. */
  readonly last: boolean;
}

/**
 * The lines of the input, which end with LF or CRLF and with nothing else: U+2028 is a character of a value. Ends when the
 * signal aborts.
 */
export async function* inputLines(
  input: Readable,
  signal: AbortSignal,
): AsyncGenerator<InputLine, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of addAbortSignal(signal, input)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      const quiet = input.readableLength === 0;
      for (const [index, line] of lines.entries())
        yield { line: withoutReturn(line), last: quiet && index === lines.length - 1 };
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return;
  }
  rest += decoder.decode();
  if (rest !== '') yield { line: withoutReturn(rest), last: true };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
