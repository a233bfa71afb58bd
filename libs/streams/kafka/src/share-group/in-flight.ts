import type { Position } from '@millrace/streams';
import type { WireRecord } from '../wire/wire-record.ts';
import type { AcquiredOffset, ShareSession } from './share-session.ts';

/** A record that the broker gave to this member. */
export interface AcquiredRecord extends AcquiredOffset {
  readonly topic: string;
  readonly session: ShareSession;
  readonly wire: WireRecord;
  /** How often the broker has delivered it, this time included. */
  readonly deliveryCount: number;
  /** Attempts that were made before, or have failed since. */
  attempts: number;
  /** It is stored that its present attempt has begun: should the process end now, the attempt counts. */
  begun: boolean;
  /** To the handlers. */
  delivered: boolean;
  /** The handlers are done with it; its acknowledgement is on its way. */
  handled: boolean;
}

/** What a competing member has acquired: some of it delivered to the handlers, the rest ready to be. */
export class InFlight {
  readonly #maxInFlight: number;
  readonly #records = new Map<string, AcquiredRecord>();
  readonly #waiting = new Set<() => void>();
  #ready: AcquiredRecord[] = [];

  constructor(maxInFlight: number) {
    this.#maxInFlight = maxInFlight;
  }

  get capacity(): number {
    return Math.max(0, this.#maxInFlight - this.#records.size);
  }

  get(position: Position): AcquiredRecord | undefined {
    return this.#records.get(keyOf(position.topic, position.partition, position.offset));
  }

  holds(record: AcquiredRecord): boolean {
    return this.#records.get(keyOfRecord(record)) === record;
  }

  all(): AcquiredRecord[] {
    return [...this.#records.values()];
  }

  ofSession(session: ShareSession): AcquiredRecord[] {
    return this.all().filter((record) => record.session === session);
  }

  add(records: readonly AcquiredRecord[]): void {
    for (const record of records) this.#records.set(keyOfRecord(record), record);
    this.#ready.push(...records);
    this.notify();
  }

  /** Up to `max` that are ready; one that was attempted before comes alone. */
  takeReady(max: number): AcquiredRecord[] {
    this.#ready = this.#ready.filter((record) => this.#records.get(keyOfRecord(record)) === record);
    const suspect = this.#ready.findIndex(({ attempts }) => attempts > 0);
    const taken = this.#ready.splice(0, suspect < 0 ? max : Math.min(max, Math.max(1, suspect)));
    for (const record of taken) record.delivered = true;
    return taken;
  }

  /** What the handlers have. */
  delivered(): AcquiredRecord[] {
    return this.all().filter(({ delivered }) => delivered);
  }

  putBack(records: readonly AcquiredRecord[]): void {
    for (const record of records) record.delivered = false;
    this.#ready.unshift(...records);
  }

  remove(records: readonly AcquiredRecord[]): void {
    for (const record of records) {
      const key = keyOfRecord(record);
      if (this.#records.get(key) === record) this.#records.delete(key);
    }
    this.notify();
  }

  notify(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when something changes, the signal aborts or the time is over. */
  change(until: AbortSignal, withinMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        until.removeEventListener('abort', done);
        resolve();
      };
      const timer = withinMs === undefined ? undefined : setTimeout(done, withinMs);
      this.#waiting.add(done);
      until.addEventListener('abort', done);
      if (until.aborted) done();
    });
  }

  /** Waits until all that was delivered is acknowledged; for handlers that are at work no longer than this time. */
  async untilNoneDelivered(until: AbortSignal, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (let inHand = this.delivered(); inHand.length > 0 && !until.aborted; inHand = this.delivered()) {
      const left = deadline - performance.now();
      if (left > 0) await this.change(until, left);
      else if (inHand.every(({ handled }) => handled)) await this.change(until);
      else return;
    }
  }
}

function keyOf(topic: string, partition: number, offset: number | string): string {
  return `${topic}:${partition}:${offset}`;
}

function keyOfRecord({ topic, partition, offset }: AcquiredRecord): string {
  return keyOf(topic, partition, offset);
}
