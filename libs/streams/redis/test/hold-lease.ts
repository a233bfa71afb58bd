import { openRedis } from '../src/index.ts';
import { fetchCount, firstLease, joinOptions } from './support.ts';

/** A process that holds a record until it is killed, by a lease or as a competing member; says `held` once it does. */
const [url = '', topic = '', group = '', leaseMs = '', mode] = process.argv.slice(2);
const driver = await openRedis(url);
const options = joinOptions([topic], { leaseMs: Number(leaseMs) });
const source =
  mode === 'competing'
    ? await driver.compete(group, options)
    : await firstLease(await driver.join(group, options));
await fetchCount(source, 1);
process.send?.('held');
