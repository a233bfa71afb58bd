import { openKafka } from '../src/index.ts';
import { joinOptions } from './support.ts';

/** A member in a process of its own that takes a record and then does nothing but live. */
const [url = '', topic = '', group = '', leaseMs = ''] = process.argv.slice(2);
const driver = await openKafka(url);
const membership = await driver.join(group, joinOptions(topic, Number(leaseMs)));
for await (const lease of membership) {
  await lease.fetch(1, { signal: new AbortController().signal });
  process.send?.('holding');
}
