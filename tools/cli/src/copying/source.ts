import type { Retention } from '@millrace/streams';
import type { CopiedRecord } from './copied-record.ts';

export interface SourcePartition {
  readonly partition: number;
  /** Records to copy, as far as is known; for the progress bar. */
  readonly records: number;
  /** The offset of the last one; undefined when there is none. */
  readonly end: string | undefined;
}

/** What a topic is copied from: a topic of a backend, or a sealed file. */
export interface Source {
  readonly topic: string;
  readonly partitions: readonly SourcePartition[];
  readonly retention: Retention;
  /** Chunks of one partition in order, after one offset up to another (included). */
  read(
    partition: number,
    after: string | undefined,
    end: string,
  ): AsyncGenerator<readonly CopiedRecord[], void, undefined>;
}
