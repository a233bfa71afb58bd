import type { Once, Streams, Topic } from '@millrace/streams';

/** Values of one topic, in the order in which they are published. */
export interface Batch {
  readonly records: number;
  publish(streams: Streams, once: Once, signal: AbortSignal): Promise<void>;
}

/** What is published at once. A chunk of one number holds the same records however often the file is read. */
export interface Chunk {
  /** From 1. */
  readonly number: number;
  readonly batches: readonly Batch[];
}

export function batch<Value>(topic: Topic<Value>, values: readonly Value[]): Batch {
  return {
    records: values.length,
    async publish(streams, once, signal) {
      await streams.publish(topic, values, { acks: 'all', once, signal });
    },
  };
}
