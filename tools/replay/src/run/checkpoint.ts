import { z } from 'zod';
import { ReplayError } from '../replay-error.ts';
import { readJson, writeJson } from './atomic-file.ts';
import type { RunFolder } from './run-folder.ts';

interface Saved {
  /** The last chunk of each feed that the backend has stored. */
  readonly chunks: Readonly<Record<string, number>>;
  /** Milliseconds of feeding and catching up, over all sessions of the run. */
  readonly elapsedMs: number;
}

const savedSchema: z.ZodType<Saved> = z.object({
  chunks: z.record(z.string(), z.int().nonnegative()),
  elapsedMs: z.number().nonnegative(),
});

const saveEveryMs = 250;

/**
 * How far a run has got. It may lag behind the backend, never be ahead of it: a chunk published again is stored once,
 * because its sequence is known.
 */
export class Checkpoint {
  readonly #file: string;
  readonly #chunks: Map<string, number>;
  #elapsedBefore: number;
  #clockStarted: number | undefined;
  #savedAt = 0;

  private constructor(file: string, content: Saved) {
    this.#file = file;
    this.#chunks = new Map(Object.entries(content.chunks));
    this.#elapsedBefore = content.elapsedMs;
  }

  static load(folder: RunFolder): Checkpoint {
    const content = readJson(folder.checkpoint) ?? { chunks: {}, elapsedMs: 0 };
    const parsed = savedSchema.safeParse(content);
    if (!parsed.success) {
      throw new ReplayError(
        `${folder.checkpoint} is no checkpoint: ${parsed.error.issues[0]?.message ?? 'wrong content'}; delete it and the run publishes from the first chunk again, each chunk still stored once`,
      );
    }
    return new Checkpoint(folder.checkpoint, parsed.data);
  }

  reached(feed: string): number {
    return this.#chunks.get(feed) ?? 0;
  }

  startClock(): void {
    this.#clockStarted ??= performance.now();
  }

  stopClock(): void {
    this.#elapsedBefore = this.elapsedMs;
    this.#clockStarted = undefined;
  }

  get elapsedMs(): number {
    return (
      this.#elapsedBefore + (this.#clockStarted === undefined ? 0 : performance.now() - this.#clockStarted)
    );
  }

  /** Remembers a chunk that is stored; written to disk a few times a second. */
  advance(feed: string, chunk: number): void {
    this.#chunks.set(feed, chunk);
    if (performance.now() - this.#savedAt > saveEveryMs) this.save();
  }

  save(): void {
    this.#savedAt = performance.now();
    writeJson(this.#file, {
      chunks: Object.fromEntries(this.#chunks),
      elapsedMs: Math.round(this.elapsedMs),
    });
  }
}
