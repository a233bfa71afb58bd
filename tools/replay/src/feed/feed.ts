import type { Chunk } from './chunk.ts';

/** A file on its way into the streams. */
export interface Feed {
  /** Its name as a producer. */
  readonly name: string;
  /** How much of the file has been read, 0 to 1. */
  readonly fraction: number;
  /** Reads the file from its beginning; the same file gives the same chunks. */
  chunks(): AsyncIterable<Chunk>;
}
