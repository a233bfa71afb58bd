import type { Logger } from '@millrace/service';

/** Alarms of one partition are at least this far apart; what is due in between rings together. */
const apartMs = 50;
const retryMs = 1_000;
/** The longest wait of a timer. */
const longestMs = 2 ** 31 - 1;

interface Alarm {
  readonly at: number;
  readonly timer: NodeJS.Timeout;
}

/** One alarm a partition, for the earliest moment that was asked for. Kept in memory: a new owner sets its own. */
export class Alarms implements Disposable {
  readonly #ring: (partition: number) => Promise<void>;
  readonly #log: Logger;
  readonly #alarms = new Map<number, Alarm>();
  readonly #rangAt = new Map<number, number>();
  #closed = false;

  constructor(ring: (partition: number) => Promise<void>, log: Logger) {
    this.#ring = ring;
    this.#log = log;
  }

  set(partition: number, at: number): void {
    const known = this.#alarms.get(partition);
    if (this.#closed || (known && known.at <= at)) return;
    clearTimeout(known?.timer);
    const earliest = Math.max(at, (this.#rangAt.get(partition) ?? 0) + apartMs);
    const wait = Math.min(Math.max(earliest - Date.now(), 0), longestMs);
    const timer = setTimeout(() => void this.#go(partition), wait);
    this.#alarms.set(partition, { at, timer });
  }

  clear(partition: number): void {
    clearTimeout(this.#alarms.get(partition)?.timer);
    this.#alarms.delete(partition);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const partition of [...this.#alarms.keys()]) this.clear(partition);
  }

  async #go(partition: number): Promise<void> {
    this.#alarms.delete(partition);
    this.#rangAt.set(partition, Date.now());
    try {
      await this.#ring(partition);
    } catch (error) {
      if (this.#closed) return;
      this.#log.warn({ err: error, partition }, 'could not ring for due deliveries; trying again');
      this.set(partition, Date.now() + retryMs);
    }
  }
}
