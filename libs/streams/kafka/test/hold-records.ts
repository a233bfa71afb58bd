import { openKafka } from '../src/index.ts';
import { groupOptions } from './support.ts';

/** A competing member in a process of its own that takes all it can get, tells what, and does nothing with it. */
const [url = '', topic = '', group = ''] = process.argv.slice(2);
const driver = await openKafka(url);
const member = await driver.compete(group, groupOptions(topic, 3_000));
for (;;) {
  const taken = await member.fetch(100, { signal: new AbortController().signal });
  for (const { offset, attempt } of taken) process.send?.([offset, attempt]);
}
