import type { Delivery } from '@millrace/streams';
import { totalSize } from '@millrace/streams/driver-kit';
import { unknownTopic } from './catalog.ts';
import type { Engine } from './engine.ts';
import type { Loss } from './loss.ts';
import { maxTakenBytes } from './partition-reader.ts';
import type { TopicProgress } from './topic-progress.ts';

/** Hands out the records of a lease's topics, each topic in order, the topics in turn. */
export class LeaseReader {
  readonly #engine: Engine;
  readonly #topics: readonly TopicProgress[];
  readonly #window: number;
  /** Stores that a try of this record begins; false when the lease is lost. */
  readonly #beginTry: (topic: TopicProgress, delivery: Delivery) => Promise<boolean>;
  readonly #onLoss: (loss: Loss) => void;
  #turn = 0;
  #beginning = false;

  constructor(
    engine: Engine,
    topics: readonly TopicProgress[],
    options: {
      readonly window: number;
      readonly beginTry: (topic: TopicProgress, delivery: Delivery) => Promise<boolean>;
      readonly onLoss: (loss: Loss) => void;
    },
  ) {
    this.#engine = engine;
    this.#topics = topics;
    this.#window = options.window;
    this.#beginTry = options.beginTry;
    this.#onLoss = options.onLoss;
  }

  get outstanding(): number {
    return this.#topics.reduce((sum, topic) => sum + topic.outstanding, 0);
  }

  /** What can be handed out now; empty when there is nothing, or the window is full. */
  async take(max: number): Promise<Delivery[]> {
    const outstanding = this.outstanding;
    const careful = this.#topics.find((topic) => topic.careful);
    if (careful !== undefined) {
      const delivery = outstanding === 0 && !this.#beginning ? this.#takeFrom(careful, 1)[0] : undefined;
      if (delivery !== undefined) return this.#handCarefully(careful, delivery);
      if (careful.careful) return [];
    }
    return this.#takeInTurn(Math.min(max, this.#window - outstanding));
  }

  async #handCarefully(topic: TopicProgress, delivery: Delivery): Promise<Delivery[]> {
    this.#beginning = true;
    try {
      return (await this.#beginTry(topic, delivery)) ? [delivery] : [];
    } finally {
      this.#beginning = false;
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

  #takeFrom(topic: TopicProgress, max: number): Delivery[] {
    let taken = topic.take(max);
    if (taken.length === 0) {
      const bounds = this.#engine.offsets.bounds(topic.partition);
      if (bounds === undefined) throw unknownTopic(topic.partition.topic);
      if (bounds.first > topic.handed) {
        topic.skipTo(bounds.first);
        taken = topic.take(max);
      }
    }
    for (const loss of topic.takeLosses()) this.#onLoss(loss);
    return taken;
  }
}
