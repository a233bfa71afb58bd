import { setTimeout as delay } from 'node:timers/promises';
import { isStreamsError } from '@millrace/streams';
import type { Random } from '../engine/random.ts';
import type { Stage } from '../engine/stage.ts';
import type { GuideValue } from '../engine/value.ts';
import { keyedTopic } from '../engine/value.ts';

const keys = 12;
const pauseMs = 5;

/**
 * A producer that stores one record after another, each acknowledged by all, while something happens to the servers. The
 * seed decides the keys, and with them the partitions.
 */
export class Load {
  readonly #acknowledged: string[] = [];
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #sent = 0;
  #refused = 0;

  constructor(stage: Stage, topic: string, prefix: string) {
    this.#ended = this.#send(stage, topic, prefix);
    this.#ended.catch(() => undefined);
  }

  /** The labels that were acknowledged, in the order of sending. */
  get acknowledged(): readonly string[] {
    return this.#acknowledged;
  }

  /** Those whose sender was told that it failed; they may be stored all the same. */
  get refused(): number {
    return this.#refused;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #send(stage: Stage, topic: string, prefix: string): Promise<void> {
    const { signal } = stage;
    const target = keyedTopic(topic);
    while (!this.#stopping.signal.aborted && !signal.aborted) {
      const value = loadValue(prefix, ++this.#sent, stage.random);
      try {
        await stage.streams.publish(target, [value], { acks: 'all', signal });
        this.#acknowledged.push(value.label);
      } catch (error) {
        if (!isStreamsError(error)) throw error;
        this.#refused++;
      }
      await delay(pauseMs);
    }
  }
}

function loadValue(prefix: string, number: number, random: Random): GuideValue {
  return { key: `K${Math.floor(random() * keys)}`, label: `${prefix} ${number}` };
}
