import type { Delivery } from '@millrace/streams';
import { totalSize } from '@millrace/streams/driver-kit';
import { unknownTopic } from '../log/catalog.ts';
import type { LogEngine } from '../log/log-engine.ts';
import { maxTakenBytes } from '../log/partition-reader.ts';
import type { Loss, TopicCursor } from './topic-cursor.ts';

/** Delivers the records of a lease's topics, each topic in order, the topics in turn. */
export class LeaseReader {
  readonly #engine: LogEngine;
  readonly #topics: readonly TopicCursor[];
  readonly #window: number;
  /** Stores that an attempt of this record begins; false when the lease is lost. */
  readonly #recordAttempt: (topic: TopicCursor, delivery: Delivery) => Promise<boolean>;
  readonly #onLoss: (loss: Loss) => void;
  #turn = 0;
  #recording = false;

  constructor(
    engine: LogEngine,
    topics: readonly TopicCursor[],
    options: {
      readonly window: number;
      readonly recordAttempt: (topic: TopicCursor, delivery: Delivery) => Promise<boolean>;
      readonly onLoss: (loss: Loss) => void;
    },
  ) {
    this.#engine = engine;
    this.#topics = topics;
    this.#window = options.window;
    this.#recordAttempt = options.recordAttempt;
    this.#onLoss = options.onLoss;
  }

  get unacknowledged(): number {
    return this.#topics.reduce((sum, topic) => sum + topic.unacknowledged, 0);
  }

  /** What can be delivered now; empty when there is nothing, or the window is full. */
  async take(max: number): Promise<Delivery[]> {
    const unacknowledged = this.unacknowledged;
    const individual = this.#topics.find((topic) => topic.redeliverIndividually);
    if (individual !== undefined) {
      const delivery =
        unacknowledged === 0 && !this.#recording ? this.#takeFrom(individual, 1)[0] : undefined;
      if (delivery !== undefined) return this.#deliverIndividually(individual, delivery);
      if (individual.redeliverIndividually) return [];
    }
    return this.#takeInTurn(Math.min(max, this.#window - unacknowledged));
  }

  async #deliverIndividually(topic: TopicCursor, delivery: Delivery): Promise<Delivery[]> {
    this.#recording = true;
    try {
      return (await this.#recordAttempt(topic, delivery)) ? [delivery] : [];
    } finally {
      this.#recording = false;
    }
  }

  #takeInTurn(max: number): Delivery[] {
    let taken: Delivery[] = [];
    for (let index = 0; index < this.#topics.length && taken.length < max; index++) {
      const topic = this.#topics[(this.#turn + index) % this.#topics.length];
      if (topic === undefined) continue;
      if (index > 0 && totalSize(taken) >= maxTakenBytes) break;
      const more = this.#takeFrom(topic, max - taken.length);
      taken = taken.length === 0 ? more : taken.concat(more);
    }
    this.#turn += 1;
    return taken;
  }

  #takeFrom(topic: TopicCursor, max: number): Delivery[] {
    let taken = topic.take(max);
    if (taken.length === 0) {
      const bounds = this.#engine.offsets.bounds(topic.partition);
      if (bounds === undefined) throw unknownTopic(topic.partition.topic);
      if (bounds.first > topic.delivered) {
        topic.skipTo(bounds.first);
        taken = topic.take(max);
      }
    }
    for (const loss of topic.takeLosses()) this.#onLoss(loss);
    return taken;
  }
}
