/** How much of a file is in memory at once. */
export const chunkBytes: number = 512 * 1024;

export interface Replacement {
  readonly word: string;
  readonly by: string;
}

export interface ReplacedCounts {
  /** How many words were replaced so far. */
  words: number;
  /** How many of them lay across the border of two chunks. */
  acrossBorders: number;
}

/**
 * The chunks with every occurrence of the word replaced, wherever the borders of the chunks lie. No more is held than one
 * chunk and the beginning of a word. A chunk that is yielded is good until the next is asked for.
 */
export async function* replaced(
  chunks: AsyncIterable<Uint8Array>,
  { word, by }: Replacement,
  counts: ReplacedCounts,
): AsyncGenerator<Uint8Array> {
  const [searched, replacement] = [Buffer.from(word), Buffer.from(by)];
  let buffers = new Buffers(0, searched, replacement);
  let held = 0;
  for await (const chunk of chunks) {
    if (!buffers.fits(held + chunk.length)) buffers = buffers.grown(held, chunk.length);
    const { input, output } = buffers;
    input.set(chunk, held);
    const text = input.subarray(0, held + chunk.length);
    let [from, written] = [0, 0];
    for (let at = text.indexOf(searched); at >= 0; at = text.indexOf(searched, from)) {
      if (at < held) counts.acrossBorders++;
      counts.words++;
      written += text.copy(output, written, from, at);
      written += replacement.copy(output, written);
      from = at + searched.length;
    }
    // The word may begin here and end in the next chunk.
    const keep = Math.min(searched.length - 1, text.length - from);
    written += text.copy(output, written, from, text.length - keep);
    input.copyWithin(0, text.length - keep, text.length);
    held = keep;
    if (written > 0) yield output.subarray(0, written);
  }
  if (held > 0) yield buffers.input.subarray(0, held);
}

/** Room for a chunk before and after, made once and used for every chunk of that size. */
class Buffers {
  readonly input: Buffer;
  readonly output: Buffer;
  readonly #word: Buffer;
  readonly #by: Buffer;

  constructor(bytes: number, word: Buffer, by: Buffer) {
    this.#word = word;
    this.#by = by;
    this.input = Buffer.allocUnsafeSlow(bytes);
    const growth = Math.max(1, by.length / word.length);
    this.output = Buffer.allocUnsafeSlow(Math.ceil(bytes * growth) + by.length);
  }

  fits(bytes: number): boolean {
    return bytes <= this.input.length;
  }

  grown(held: number, bytes: number): Buffers {
    const next = new Buffers(bytes + this.#word.length, this.#word, this.#by);
    this.input.copy(next.input, 0, 0, held);
    return next;
  }
}
