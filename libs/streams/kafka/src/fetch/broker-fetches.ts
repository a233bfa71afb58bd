import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Connections } from '../client/connections.ts';
import { isKafkaError, KafkaError } from '../client/kafka-error.ts';
import {
  type FetchAnswer,
  type FetchedPartition,
  fetchRequest,
  outsideSessions,
  type PartitionToFetch,
  partitionKey,
} from '../wire/fetch.ts';
import { FetchSession } from './fetch-session.ts';
import { type FetchOptions, type FetchPosition, fetchedOf } from './fetch-source.ts';

/** What the records of one answer take at most, unless a single batch is larger. */
const answerBytes = 4 * 1024 * 1024;
/** So long a partition that joins those that are waited for may have to wait for the answer to the others. */
const waitMs = 500;
/** Meanwhile it is looked after so often. */
const pollMs = 20;

interface Wanted extends PartitionToFetch, FetchPosition {
  readonly until: number;
  readonly resolve: (found: FetchedPartition) => void;
  readonly reject: (error: unknown) => void;
  /** What the broker said when it was asked last. */
  last?: FetchedPartition;
}

/** Where the two connections to a broker come from. */
export interface FetchConnections {
  /** For fetches that wait for records to be written. */
  readonly waiting: Connections;
  /** For fetches of what is there already; shared with other short requests. */
  readonly direct: Connections;
}

/**
 * All fetches of one owner from one broker. What may be there already is asked for at once, all of it in one request that
 * waits for nothing; what is read to its end is waited for in a fetch session, all of it in another. So a partition whose
 * records are not taken is merely left out, and holds up no other.
 */
export class BrokerFetches {
  readonly #node: number;
  readonly #connections: FetchConnections;
  readonly #session = new FetchSession();
  readonly #direct = new Map<string, Wanted>();
  readonly #waiting = new Map<string, Wanted>();
  /** Those of the waiting ones that the broker was told of in the request under way. */
  #told: ReadonlyMap<string, Wanted> = new Map();
  #asking = false;
  #listening = false;
  #poll: NodeJS.Timeout | undefined;

  constructor(node: number, connections: FetchConnections) {
    this.#node = node;
    this.#connections = connections;
  }

  fetch(
    position: FetchPosition,
    { maxWaitMs, maxBytes, atEnd, signal }: FetchOptions,
  ): Promise<FetchedPartition> {
    return new Promise((resolve, reject) => {
      const key = partitionKey(position);
      const end = (): void => {
        signal.removeEventListener('abort', abort);
        if (this.#direct.get(key) === wanted) this.#direct.delete(key);
        if (this.#waiting.get(key) === wanted) this.#waiting.delete(key);
      };
      const abort = (): void => wanted.reject(signal.reason);
      const wanted: Wanted = {
        ...position,
        maxBytes,
        until: performance.now() + maxWaitMs,
        resolve: (found) => {
          end();
          resolve(found);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      else if (atEnd && maxWaitMs > 0) this.#wait(key, wanted);
      else this.#ask(key, wanted);
    });
  }

  #ask(key: string, wanted: Wanted): void {
    this.#direct.set(key, wanted);
    if (!this.#asking) void this.#askAll();
  }

  #wait(key: string, wanted: Wanted): void {
    this.#waiting.set(key, wanted);
    if (!this.#listening) void this.#listen();
    else this.#pollUntold();
  }

  /** Asks for what may be there, as long as somebody wants something. */
  async #askAll(): Promise<void> {
    this.#asking = true;
    for (;;) {
      // Whoever was just served comes back in this turn.
      await nextTurn();
      if (this.#direct.size === 0) break;
      const asked = new Map(this.#direct);
      const query = {
        ...outsideSessions,
        partitions: [...asked.values()],
        maxWaitMs: 0,
        maxBytes: answerBytes,
      };
      try {
        const answer = await this.#connections.direct.at(this.#node, fetchRequest(query));
        this.#answered(asked, answer);
      } catch (error) {
        for (const wanted of asked.values()) wanted.reject(error);
      }
    }
    this.#asking = false;
  }

  #answered(asked: ReadonlyMap<string, Wanted>, { errorCode, partitions }: FetchAnswer): void {
    const found = new Map(partitions.map((each) => [partitionKey(each), each]));
    for (const [key, wanted] of asked) {
      if (this.#direct.get(key) !== wanted) continue;
      const own = fetchedOf(found.get(key), errorCode, wanted);
      if (isNews(own)) wanted.resolve(own);
      // There is more, and the answer had no room for it: it comes first the next time.
      else if (own.stableOffset > wanted.offset) this.#last(key, wanted);
      else this.#park(key, wanted, own);
    }
  }

  #last(key: string, wanted: Wanted): void {
    this.#direct.delete(key);
    this.#direct.set(key, wanted);
  }

  /** There is nothing now: what comes is waited for. */
  #park(key: string, wanted: Wanted, own: FetchedPartition): void {
    this.#direct.delete(key);
    wanted.last = own;
    if (performance.now() >= wanted.until) wanted.resolve(own);
    else this.#wait(key, wanted);
  }

  /** Waits for what is to come, as long as somebody waits for something. */
  async #listen(): Promise<void> {
    this.#listening = true;
    for (;;) {
      await nextTurn();
      if (this.#waiting.size === 0) break;
      this.#told = new Map(this.#waiting);
      const query = { ...this.#session.next(this.#told), maxWaitMs: waitMs, maxBytes: answerBytes };
      try {
        const answer = await this.#connections.waiting.at(this.#node, fetchRequest(query));
        this.#came(answer);
      } catch (error) {
        this.#session.reset();
        for (const [key, wanted] of this.#told) if (this.#waiting.get(key) === wanted) wanted.reject(error);
      }
      this.#told = new Map();
    }
    this.#listening = false;
  }

  #came({ errorCode, sessionId, partitions }: FetchAnswer): void {
    if (errorCode !== 0) {
      const error = new KafkaError(errorCode, 'a fetch session was refused');
      if (!isKafkaError(error, ...lostSession)) throw error;
      // The broker makes room for the sessions of others; another one tells it everything again.
      this.#session.reset();
      return;
    }
    this.#session.answered(sessionId);
    for (const own of partitions) {
      const key = partitionKey(own);
      const wanted = this.#waiting.get(key);
      if (!wanted || this.#told.get(key) !== wanted) continue;
      if (isNews(own)) wanted.resolve(own);
      else wanted.last = own;
    }
    const now = performance.now();
    for (const wanted of [...this.#waiting.values()])
      if (now >= wanted.until) wanted.resolve(wanted.last ?? fetchedOf(undefined, 0, wanted));
  }

  /** Those that came while the others were waited for are looked after until the broker can be told of them. */
  #pollUntold(): void {
    this.#poll ??= setTimeout(() => {
      this.#poll = undefined;
      for (const [key, wanted] of [...this.#waiting]) {
        if (this.#told.get(key) === wanted) continue;
        this.#waiting.delete(key);
        this.#ask(key, wanted);
      }
    }, pollMs);
  }
}

const lostSession = [
  'FETCH_SESSION_ID_NOT_FOUND',
  'INVALID_FETCH_SESSION_EPOCH',
  'FETCH_SESSION_TOPIC_ID_ERROR',
];

function isNews({ errorCode, batches }: FetchedPartition): boolean {
  return errorCode !== 0 || batches.length > 0;
}
