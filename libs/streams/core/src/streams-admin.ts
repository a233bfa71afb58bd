import type { DeadLetter, DriverAdmin } from './admin.ts';

/** Everything a driver can tell and do, and the dead letters above it. */
export interface Admin extends DriverAdmin {
  /** A group's dead letters, oldest first, without taking them. */
  deadLetters(
    group: string,
    options?: { readonly limit?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<DeadLetter>;
  /**
   * Publishes dead letters to the topics they came from, each once, with key, value and headers as they were.
   * Answers how many. A group that deduplicates still accepts them: a dead letter's id is never remembered.
   */
  redrive(
    group: string,
    options?: { readonly limit?: number; readonly signal?: AbortSignal },
  ): Promise<number>;
  /** Unsettled records of a group over all its partitions; undefined where the backend cannot say. */
  lag(group: string): Promise<number | undefined>;
}
