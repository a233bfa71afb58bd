import { AsyncResource } from 'node:async_hooks';
import type { Observer } from '@millrace/streams';
import type { Logger } from '../logging/logger.ts';
import type { ServiceContext } from '../service.ts';
import type { Alarms } from './alarms.ts';
import { publishAlarm } from './publish-alarm.ts';

/** Timers of one partition are at least this far apart; what is due in between fires together. */
const apartMs = 50;
const retryMs = 1_000;
/** The longest wait that setTimeout takes. */
const longestMs = 2 ** 31 - 1;

interface PartitionTimer {
  readonly at: number;
  readonly timer: NodeJS.Timeout;
}

/** Timers that publish the alarms of their partitions; they end with the service. */
export function openPartitionTimers(
  { config, streams, log, resources }: ServiceContext<unknown>,
  alarms: Alarms,
): PartitionTimers {
  // An alarm rings for whatever is due: it belongs to nothing that whoever set it was doing.
  const fire = AsyncResource.bind(publishAlarm(streams, alarms, config.PARTITIONS));
  return resources.use(new PartitionTimers(fire, log));
}

/** One timer a partition, for the earliest moment that was asked for. Kept in memory: a new owner sets its own. */
export class PartitionTimers implements Disposable {
  readonly #fire: (partition: number) => Promise<void>;
  readonly #log: Logger;
  readonly #timers = new Map<number, PartitionTimer>();
  readonly #firedAt = new Map<number, number>();
  #closed = false;

  constructor(fire: (partition: number) => Promise<void>, log: Logger) {
    this.#fire = fire;
    this.#log = log;
  }

  set(partition: number, at: number): void {
    const known = this.#timers.get(partition);
    if (this.#closed || (known && known.at <= at)) return;
    clearTimeout(known?.timer);
    const earliest = Math.max(at, (this.#firedAt.get(partition) ?? 0) + apartMs);
    const wait = Math.min(Math.max(earliest - Date.now(), 0), longestMs);
    const timer = setTimeout(() => void this.#go(partition), wait);
    this.#timers.set(partition, { at, timer });
  }

  clear(partition: number): void {
    clearTimeout(this.#timers.get(partition)?.timer);
    this.#timers.delete(partition);
  }

  /** For the group that handles the alarms: whoever gains a partition looks at once at what is due. */
  observer(): Pick<Observer, 'leaseGained' | 'leaseEnded'> {
    return {
      leaseGained: ({ partition }) => this.set(partition, Date.now()),
      leaseEnded: ({ partition }) => this.clear(partition),
    };
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const partition of [...this.#timers.keys()]) this.clear(partition);
  }

  async #go(partition: number): Promise<void> {
    this.#timers.delete(partition);
    this.#firedAt.set(partition, Date.now());
    try {
      await this.#fire(partition);
    } catch (error) {
      if (this.#closed) return;
      this.#log.warn({ err: error, partition }, 'could not publish the alarm of a partition; trying again');
      this.set(partition, Date.now() + retryMs);
    }
  }
}
