import type { AppendOptions } from '@millrace/streams/driver';
import type { Used } from './support.ts';

export interface Load {
  readonly partitions: number;
  readonly batches: number;
  /** Records of each partition in a batch. */
  readonly each: number;
}

export interface Appending {
  /** Resolves once this share of the batches was acknowledged. */
  until(share: number): Promise<void>;
  readonly done: Promise<void>;
}

/** Appends numbers from 0 on to each partition, a batch once the last is acknowledged. */
export function appendAll(
  { driver }: Used,
  topic: string,
  { partitions, batches, each }: Load,
  options: (batch: number) => Partial<AppendOptions> = () => ({}),
): Appending {
  const acknowledged = Array.from({ length: batches + 1 }, () => Promise.withResolvers<void>());
  acknowledged[0]?.resolve();
  const run = async (): Promise<void> => {
    for (let batch = 0; batch < batches; batch++) {
      const records = Array.from({ length: partitions * each }, (_, index) => ({
        topic,
        partition: index % partitions,
        key: null,
        value: String(batch * each + Math.floor(index / partitions)),
        headers: {},
        timestamp: Date.now(),
      }));
      await driver.append(records, { acks: 'all', ...options(batch) });
      acknowledged[batch + 1]?.resolve();
    }
  };
  const done = run();
  return {
    until: (share) => Promise.race([acknowledged[Math.floor(share * batches)]?.promise, done]),
    done,
  };
}

/** What each partition must hold then. */
export function allNumbers({ batches, each }: Load): string[] {
  return Array.from({ length: batches * each }, (_, number) => String(number));
}
