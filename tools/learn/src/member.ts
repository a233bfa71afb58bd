import { pathToFileURL } from 'node:url';
import { openStreams } from '@millrace/streams';
import type { Work } from './exercise.ts';
import './own-packages.ts';
import { createWorld, type Mishap } from './world.ts';

// One member of the reader's group, as a process that can be killed. It says so once it has caught up.
const [file = '', url = '', namespace = '', mishapText = 'null'] = process.argv.slice(2);
const mishap = JSON.parse(mishapText) as Mishap | null;
const streams = await openStreams(url, { namespace });
const { start } = (await import(pathToFileURL(file).href)) as Work;
const running = await start(streams, createWorld(streams, mishap ? { mishap } : {}));
running.finished.catch((error: unknown) => {
  process.stderr.write(`the group ended: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
await running.caughtUp();
// With at-most-once all may be acknowledged before it is handled: the crash is waited for until the handlers are done.
if (mishap?.signal === 'SIGKILL') await running.stop();
process.stdout.write('caught up\n');
// Goes on until it is killed.
setInterval(() => undefined, 60_000);
