import { setTimeout as delay } from 'node:timers/promises';
import type { Driver } from '@millrace/streams';
import type { Lease } from '@millrace/streams/driver';
import { competeOptions, joinOptions } from '../support/join-options.ts';
import type { CloserScript } from './script.ts';

/** Opens the backend again and again, begins all that there is, and closes it a little later each time. */
export async function closeAtManyMoments(script: CloserScript, open: () => Promise<Driver>): Promise<void> {
  for (let moment = 0; moment < script.moments; moment++) {
    const driver = await open();
    const begun = Promise.allSettled(beginAll(driver, script, moment));
    await delay(moment * script.apartMs);
    await driver[Symbol.asyncDispose]();
    await begun;
  }
}

function beginAll(driver: Driver, script: CloserScript, moment: number): Promise<unknown>[] {
  const { topic, partitions } = script;
  const group = `${script.group}-${moment}`;
  const places = Array.from({ length: partitions }, (_, partition) => partition);
  const tails = places.map((partition) => driver.read(topic, partition, 'latest', { max: 1 }));
  const records = places.map((partition) => {
    return { topic, partition, key: null, value: `${moment}`, headers: {}, timestamp: Date.now() };
  });
  return [
    ...tails.map((tail) => tail[Symbol.asyncIterator]().next()),
    driver.append(records, { acks: 'leader' }),
    driver.append(records, { acks: 'all' }),
    consume(driver, `${group}-leases`, topic),
    driver.compete(`${group}-claims`, competeOptions([topic])),
    driver.admin.describe(topic),
  ];
}

/** As many leases as come, each of which waits for records. */
async function consume(driver: Driver, group: string, topic: string): Promise<void> {
  const fetching: Promise<unknown>[] = [];
  const fetch = (lease: Lease): Promise<unknown> => lease.fetch(1_000, { signal: lease.lost });
  for await (const lease of await driver.join(group, joinOptions(driver.capabilities, [topic]))) {
    // Only that a fetch ends counts; that the driver is closed may be its answer.
    fetching.push(
      fetch(lease)
        .then(() => fetch(lease))
        .catch(() => undefined),
    );
  }
  await Promise.all(fetching);
}
