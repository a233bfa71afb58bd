import { openRedis } from '../src/index.ts';
import { fetchCount, firstLease, joinOptions } from './support.ts';

/** A process that holds a lease and a record of it until it is killed; says `held` once it does. */
const [url = '', topic = '', group = '', leaseMs = ''] = process.argv.slice(2);
const driver = await openRedis(url);
const membership = await driver.join(group, joinOptions([topic], { leaseMs: Number(leaseMs) }));
await fetchCount(await firstLease(membership), 1);
process.send?.('held');
