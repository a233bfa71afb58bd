/** Longer lines are cut, so that a file without line ends cannot fill the memory. */
export const longestLine: number = 256 * 1024;

/** Cuts text into lines chunk by chunk; they end with `\n`, `\r` or `\r\n`. */
export class LineReader {
  #rest = '';
  #afterReturn = false;

  /** The lines that end in the chunk. */
  read(chunk: string): string[] {
    const from = this.#afterReturn && chunk.startsWith('\n') ? 1 : 0;
    if (chunk) this.#afterReturn = chunk.endsWith('\r');
    const lines = chunk.slice(from).split(/\r\n|\r|\n/);
    const last = lines.pop() ?? '';
    if (lines.length === 0) {
      this.#rest = cut(this.#rest + last);
      return [];
    }
    lines[0] = cut(this.#rest + lines[0]);
    this.#rest = last;
    return lines;
  }

  /** The line that ends with the text, if any. */
  end(): string[] {
    return this.#rest ? [this.#rest] : [];
  }
}

function cut(line: string): string {
  return line.slice(0, longestLine);
}
