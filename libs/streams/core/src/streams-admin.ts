import type { DeadLetter, DriverAdmin, TopicDescription, TopicSpec, TrimOptions } from './admin.ts';

/** A topic, as `topic()` declares it, or its name. */
export type TopicOrName = string | { readonly name: string };

/** What a topic is to be; its declaration may stand for its name. */
export type TopicToEnsure =
  | TopicSpec
  | (Omit<TopicSpec, 'name'> & { readonly topic: { readonly name: string } });

/** Everything a driver can tell and do, and the dead letters above it. */
export interface Admin extends Omit<DriverAdmin, 'ensureTopics' | 'describe' | 'trim' | 'deleteTopic'> {
  /** Creates what is missing: `[{ topic: orders, partitions: 4 }]` or `[{ name: 'orders', partitions: 4 }]`. */
  ensureTopics(topics: readonly TopicToEnsure[]): Promise<void>;
  describe(topic: TopicOrName): Promise<TopicDescription>;
  trim(topic: TopicOrName, options: TrimOptions): ReturnType<DriverAdmin['trim']>;
  deleteTopic(topic: TopicOrName): Promise<void>;
  /** A group's dead letters, oldest first, without taking them. */
  deadLetters(
    group: string,
    options?: { readonly limit?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<DeadLetter>;
  /**
   * Publishes dead letters to the topics they came from, each once, with key, value and headers as they were.
   * Returns how many. A group that deduplicates still accepts them: a dead letter's id is never remembered.
   */
  redrive(
    group: string,
    options?: { readonly limit?: number; readonly signal?: AbortSignal },
  ): Promise<number>;
  /** Settings of the server that can lose records, a sentence each, as they were when it was connected last. */
  unsafeSettings(): readonly string[];
  /** Unacknowledged records of a group over all its partitions; undefined where the backend cannot say. */
  lag(group: string): Promise<number | undefined>;
}
