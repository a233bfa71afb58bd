import {
  type Admin,
  type KeyedMessage,
  type KeyedTopic,
  type Message,
  type Outgoing,
  type Position,
  type PublishOptions,
  type PublishTogetherOptions,
  type ReadMessagesOptions,
  type Running,
  type RunOptions,
  type Streams,
  StreamsError,
  type Topic,
} from '@millrace/streams';
import type { Metrics } from '@millrace/streams-telemetry';

/** The streams of a service, usable from its first moment: until the backend is reached everything throws UNAVAILABLE. */
export class DeferredStreams implements Streams {
  readonly #published: ReturnType<Metrics['counter']>;
  #streams: Streams | undefined;

  constructor(metrics: Metrics) {
    this.#published = metrics.counter('published');
  }

  connect(streams: Streams): void {
    this.#streams = streams;
  }

  get backend(): string {
    return this.#streams?.backend ?? 'none yet';
  }

  get admin(): Admin {
    return this.#connected().admin;
  }

  async publish<Value>(
    topic: Topic<Value>,
    values: readonly Value[],
    options?: PublishOptions,
  ): Promise<Position[]> {
    const positions = await this.#connected().publish(topic, values, options);
    this.#published.add(values.length, { topic: topic.name });
    return positions;
  }

  async publishTogether(
    outgoing: readonly Outgoing[],
    options?: PublishTogetherOptions,
  ): Promise<Position[]> {
    const positions = await this.#connected().publishTogether(outgoing, options);
    for (const { topic, values } of outgoing) this.#published.add(values.length, { topic: topic.name });
    return positions;
  }

  read<Value>(topic: KeyedTopic<Value>, options?: ReadMessagesOptions): AsyncIterable<KeyedMessage<Value>>;
  read<Value>(topic: Topic<Value>, options?: ReadMessagesOptions): AsyncIterable<Message<Value>>;
  async *read<Value>(topic: Topic<Value>, options?: ReadMessagesOptions): AsyncIterable<KeyedMessage<Value>> {
    yield* this.#connected().read(topic as KeyedTopic<Value>, options);
  }

  async run(options: RunOptions): Promise<Running> {
    return this.#connected().run(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#streams?.[Symbol.asyncDispose]();
  }

  #connected(): Streams {
    if (this.#streams) return this.#streams;
    throw new StreamsError('UNAVAILABLE', 'the streams backend has not been reached yet');
  }
}
