import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmailRequested, emails } from '@millrace/events';
import { startService } from '@millrace/service';
import { isStreamsError, openStreams, type Streams } from '@millrace/streams';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { database } from '../src/app.ts';

const report = z.object({
  emails: z.object({ product_shipped: z.number() }),
  delivery: z.object({ messages: z.number(), duplicated: z.number() }),
});

const reportOf = async (url: string) => report.parse(await (await fetch(`${url}/report`)).json());

/** What is done to the file in use, and what to it once every process has stopped. */
const harms: readonly (readonly [
  name: string,
  harm: (file: string) => void,
  mend: (file: string) => void,
])[] = [
  [
    'moved, and put back',
    (file) => renameSync(file, `${file}.moved`),
    (file) => renameSync(`${file}.moved`, file),
  ],
  ['removed', (file) => rmSync(file), () => {}],
  [
    'replaced by a copy',
    (file) => {
      copyFileSync(file, `${file}.copy`);
      renameSync(`${file}.copy`, file);
    },
    () => {},
  ],
  ['robbed of its -wal', (file) => rmSync(`${file}-wal`), () => {}],
];

it.concurrent.each(harms)(
  'the record whose file is %s under load takes no more, and has everything once after a restart',
  async (_name, harm, mend) => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'database-'));
    const environment = { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent' };
    const file = join(DATA_DIR, 'database.db');
    await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
    let published = 0;
    {
      const started = await startService(database, environment);
      await started.ready;
      const loading = new AbortController();
      const load = (async () => {
        while (!loading.signal.aborted) {
          await streams.publish(emails, requests(published, 50));
          published += 50;
        }
      })();
      await vi.waitFor(
        async () => expect((await reportOf(started.url)).delivery.messages).toBeGreaterThan(0),
        {
          timeout: 20_000,
        },
      );
      harm(file);
      const before = published;
      // Its writes meet it too, as the load goes on.
      await vi.waitFor(
        async () => {
          expect(published).toBeGreaterThan(before + 500);
          const ready = await fetch(`${started.url}/ready`);
          expect(ready.status).toBe(503);
          expect(await ready.text()).toMatch(/group database is .*while it was open/);
        },
        { timeout: 20_000 },
      );
      const refused = await fetch(`${started.url}/report`);
      expect(refused.status).toBe(503);
      expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('moved or damaged') });
      loading.abort();
      await load;
      await started.stop();
    }
    mend(file);
    const started = await startService(database, environment);
    await started.ready;
    await vi.waitFor(async () => expect((await reportOf(started.url)).delivery.messages).toBe(published), {
      timeout: 30_000,
    });
    expect(await reportOf(started.url)).toMatchObject({
      emails: { product_shipped: published },
      delivery: { duplicated: 0 },
    });
    expect(await deadLetters(streams)).toBe(0);
    await started.stop();
  },
);

function requests(from: number, count: number): readonly EmailRequested[] {
  return Array.from({ length: count }, (_, index) => ({
    type: 'EmailRequested',
    occurredAt: '2026-01-02T03:04:05.000Z',
    orderId: `O-${from + index}`,
    payerId: '17850',
    status: 'product_shipped',
  }));
}

async function deadLetters(streams: Streams): Promise<number> {
  let count = 0;
  try {
    for await (const _ of streams.admin.deadLetters('database')) count++;
  } catch (error) {
    if (!isStreamsError(error, 'UNKNOWN_TOPIC')) throw error;
  }
  return count;
}
