import type { KeyedMessage, Message } from './decode.ts';
import type { Position } from './position.ts';
import type { HeaderValues, StoredRecord } from './record.ts';
import type { Store } from './store.ts';
import type { KeyedTopic, Topic } from './topic.ts';

/** What every handler gets beside its message. */
export interface Context {
  /** Aborts when ownership is lost or the grace period of a stop is over; nothing done after it counts. */
  readonly signal: AbortSignal;
  /** Stages an output. It is dropped when the handler throws, and stored as the group's delivery promises. */
  send<Value>(topic: Topic<Value>, value: NoInfer<Value>, options?: SendOptions): void;
  /**
   * Stages a record as it is stored, for another topic or the same: key, value (also none) and every header byte for byte,
   * nothing added, not even an id. Placed by its key as the topic places keys, unless a partition is given.
   */
  forward(
    topic: Pick<Topic<never>, 'name' | 'partitioner'>,
    record: ForwardedRecord,
    options?: ForwardOptions,
  ): void;
}

/** What is forwarded of a record; a `message.record` is one. */
export type ForwardedRecord = Pick<StoredRecord, 'key' | 'value' | 'headers' | 'rawHeaders'>;

export interface ForwardOptions {
  /** Instead of the partition that follows from the key. */
  readonly partition?: number;
}

export interface SendOptions {
  readonly headers?: HeaderValues;
  /** Instead of the key that the topic derives from the value. A null value needs it where the topic has keys. */
  readonly key?: string | Uint8Array;
  /** Instead of the partition that follows from the key. */
  readonly partition?: number;
}

/** In exactly-once groups: keyed state that commits in one commit with outputs and positions. */
export interface StatefulContext extends Context {
  state<Value>(store: Store<Value>): StateAccess<Value>;
}

/**
 * State of this partition. What lies under the message's key, or under a prefix and that, is loaded for a whole batch at
 * once; other keys one by one. With concurrency above 1 touch only keys that belong to the message's own key:
 * messages of other keys are handled at the same time.
 */
export interface StateAccess<Value> {
  get(key: string): Promise<Value | undefined>;
  set(key: string, value: Value): void;
  delete(key: string): void;
}

export type Handler<Value, Of extends Context = Context> = (
  message: Message<Value>,
  context: Of,
) => void | Promise<void>;

/** A handler of a topic with a key. */
export type KeyedHandler<Value, Of extends Context = Context> = (
  message: KeyedMessage<Value>,
  context: Of,
) => void | Promise<void>;

export interface BatchContext extends Context {
  readonly topic: string;
  readonly partition: number;
  /** The position saved before this batch; undefined for the first one. Only in groups with external positions. */
  readonly previous: Position | undefined;
  /** The position that the batch reaches. With external positions save it in the same transaction, where `previous` still stands. */
  readonly last: Position;
}

/** Gets 0 to `size` messages of one topic and partition, in order; 0 only to save a position past dead letters. */
export type BatchHandler<Value> = (
  messages: readonly Message<Value>[],
  context: BatchContext,
) => void | Promise<void>;

/** A batch handler of a topic with a key. */
export type KeyedBatchHandler<Value> = (
  messages: readonly KeyedMessage<Value>[],
  context: BatchContext,
) => void | Promise<void>;

export type Route<Of extends Context = Context> =
  | {
      readonly kind: 'message';
      readonly topic: Topic<unknown>;
      readonly handler: Handler<unknown, Of>;
    }
  | BatchRoute;

export interface BatchRoute {
  readonly kind: 'batch';
  readonly topic: Topic<unknown>;
  readonly size: number;
  readonly handler: BatchHandler<unknown>;
}

/** Handles a topic's messages one by one. */
export function on<Value, Of extends Context = Context>(
  topic: KeyedTopic<Value>,
  handler: KeyedHandler<Value, Of>,
): Route<Of>;
export function on<Value, Of extends Context = Context>(
  topic: Topic<Value>,
  handler: Handler<Value, Of>,
): Route<Of>;
export function on<Of extends Context>(topic: unknown, handler: unknown): Route<Of> {
  return { kind: 'message', topic: topic as Topic<unknown>, handler: handler as Handler<unknown, Of> };
}

/** Handles a topic's messages in batches of up to `size`; for sinks. */
export function onBatch<Value>(
  topic: KeyedTopic<Value>,
  size: number,
  handler: KeyedBatchHandler<Value>,
): BatchRoute;
export function onBatch<Value>(topic: Topic<Value>, size: number, handler: BatchHandler<Value>): BatchRoute;
export function onBatch(topic: unknown, size: number, handler: unknown): BatchRoute {
  return {
    kind: 'batch',
    topic: topic as Topic<unknown>,
    size,
    handler: handler as BatchHandler<unknown>,
  };
}
