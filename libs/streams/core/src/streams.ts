import type { KeyedMessage, Message } from './decode.ts';
import type { PublishOptions, PublishTogetherOptions, ReadMessagesOptions, RunOptions } from './options.ts';
import type { Position } from './position.ts';
import type { Outgoing } from './publish.ts';
import type { Running } from './running.ts';
import type { Admin } from './streams-admin.ts';
import type { KeyedTopic, Topic } from './topic.ts';

/** The library's front: the same on every backend. */
export interface Streams extends AsyncDisposable {
  readonly backend: string;
  readonly admin: Admin;

  /**
   * Stores values in order per key. Returns their positions once stored as `acks` asks.
   * UNKNOWN_TOPIC when the topic was never created (see `admin.ensureTopics`).
   */
  publish<Value>(
    topic: Topic<Value>,
    values: readonly NoInfer<Value>[],
    options?: PublishOptions,
  ): Promise<Position[]>;

  /**
   * Stores values of several topics in one append: all of them or none where the backend can. Returns their positions in
   * the order given. `publishTogether([outgoing(payments, [payment]), outgoing(stock, [request])])`
   */
  publishTogether(outgoing: readonly Outgoing[], options?: PublishTogetherOptions): Promise<Position[]>;

  /** Reads without a group: a range, a replay or a tail. Every reader gets everything. Undecodable records throw INVALID_RECORD. */
  read<Value>(topic: KeyedTopic<Value>, options?: ReadMessagesOptions): AsyncIterable<KeyedMessage<Value>>;
  read<Value>(topic: Topic<Value>, options?: ReadMessagesOptions): AsyncIterable<Message<Value>>;

  /** Joins a group and handles its messages until stopped. Resolves once the group is joined. */
  run(options: RunOptions): Promise<Running>;
}
