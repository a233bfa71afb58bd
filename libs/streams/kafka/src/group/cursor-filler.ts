import { setTimeout as delay } from 'node:timers/promises';
import { isStreamsError, StreamsError } from '@millrace/streams';
import type { Cluster } from '../client/cluster.ts';
import { isTransient } from '../client/errors.ts';
import type { FetchSource } from '../fetch/fetch-source.ts';
import { type LostOffsets, PartitionFetcher, TopicRecreated } from '../fetch/partition-fetcher.ts';
import type { TopicCursor } from './topic-cursor.ts';

const maxWaitMs = 5_000;
const leastBytes = 64 * 1024;
const mostBytes = 1024 * 1024;
const firstPauseMs = 5;
const longestPauseMs = 250;

export interface FillerOptions {
  /** The most records worth having in memory. */
  readonly window: number;
  readonly onFilled: () => void;
  readonly onLost: (lost: LostOffsets) => void;
  /** The topic was deleted and created again: nothing more comes. */
  readonly onRecreated: () => void;
  readonly onError: (error: unknown) => void;
}

interface Fetching {
  readonly cluster: Cluster;
  readonly source: FetchSource;
}

/** Keeps a feed's memory filled, one fetch at a time, with little more than a window holds. */
export class CursorFiller {
  readonly #from: Fetching;
  readonly #cursor: TopicCursor;
  readonly #options: FillerOptions;
  #fetcher: PartitionFetcher;
  #recordBytes = 256;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(from: Fetching, cursor: TopicCursor, options: FillerOptions) {
    this.#from = from;
    this.#cursor = cursor;
    this.#options = options;
    this.#fetcher = new PartitionFetcher(from, cursor.place, cursor.fetched, cursor.topicId);
  }

  start(): void {
    void this.#run();
  }

  /** There is room again. */
  wake(): void {
    this.#wake?.();
  }

  /** The feed was moved: what was fetched for its old place counts no more. */
  restart(): void {
    this.#fetcher.close();
    this.#fetcher = new PartitionFetcher(
      this.#from,
      this.#cursor.place,
      this.#cursor.fetched,
      this.#cursor.topicId,
    );
    this.wake();
  }

  close(): void {
    this.#closed = true;
    this.#fetcher.close();
    this.wake();
  }

  async #run(): Promise<void> {
    for (let pause = firstPauseMs; !this.#closed; ) {
      if (this.#cursor.buffered > this.#options.window / 2 || this.#cursor.bufferedBytes > mostBytes / 2) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      try {
        await this.#fill();
        pause = firstPauseMs;
      } catch (error) {
        if (this.#closed) return;
        if (error instanceof TopicRecreated) {
          this.#options.onRecreated();
          return;
        }
        if (isStreamsError(error, 'UNKNOWN_TOPIC')) this.#options.onError(missing(this.#cursor.place.topic));
        else if (!isTransient(error) && !isStreamsError(error, 'CLOSED')) this.#options.onError(error);
        await delay(pause);
        pause = Math.min(longestPauseMs, pause * 2);
      }
    }
  }

  async #fill(): Promise<void> {
    const fetcher = this.#fetcher;
    const wanted = this.#recordBytes * this.#options.window;
    const maxBytes = Math.min(mostBytes, Math.max(leastBytes, wanted));
    const { records, lost } = await fetcher.fetch({ maxWaitMs, maxBytes });
    if (this.#closed || fetcher !== this.#fetcher) return;
    this.#learn(records);
    this.#cursor.add(records, fetcher.next);
    if (lost) this.#options.onLost(lost);
    this.#options.onFilled();
  }

  #learn(records: readonly { readonly key: Buffer | null; readonly value: Buffer | null }[]): void {
    if (records.length === 0) return;
    const bytes = records.reduce(
      (sum, { key, value }) => sum + 32 + (key?.length ?? 0) + (value?.length ?? 0),
      0,
    );
    this.#recordBytes = Math.ceil(bytes / records.length);
  }
}

/** It may come back, as after an outage; until then the group says why it stands still. */
function missing(topic: string): StreamsError {
  return new StreamsError(
    'UNAVAILABLE',
    `the topic ${topic} is gone; the group waits until it is there again`,
  );
}
