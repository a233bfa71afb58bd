import { closeSync, openSync } from 'node:fs';
import { isStreamsError } from '@millrace/streams';
import { openKafka } from '../src/index.ts';

/** Opens Kafka in a process that has no file left to open, and once more when it has. */
const [url = ''] = process.argv.slice(2);
const files: number[] = [];
try {
  for (;;) files.push(openSync('/dev/null', 'r'));
} catch {
  // That was the last one.
}
try {
  await openKafka(url, { connectMs: 1 });
} catch (error) {
  if (isStreamsError(error, 'UNAVAILABLE')) console.log(error.message);
}
for (const file of files) closeSync(file);
await using driver = await openKafka(url);
console.log(driver.name);
