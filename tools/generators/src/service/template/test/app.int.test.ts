import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paymentResults } from '@millrace/events';
import { startService } from '@millrace/service';
import { openStreams } from '@millrace/streams';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { exampleService } from '../src/app.ts';
import { orderBalances } from '../src/balances.ts';
import { captured, declined, refunded } from './results.ts';

describe('the example service', () => {
  let folder = '';
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('publishes what is paid of each order, once for each result that changes it', async () => {
    folder = await mkdtemp(join(tmpdir(), 'example-'));
    const started = await startService(exampleService, { DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' });
    await started.ready;
    await using streams = await openStreams(`embedded:${folder}/streams.db`);
    await streams.publish(paymentResults, [
      captured('1', 500),
      declined('2', 900),
      captured('1', 300),
      refunded('1', 100),
    ]);
    await vi.waitFor(async () => expect(await streams.admin.lag('example')).toBe(0), { timeout: 30_000 });
    await started.stop();
    const balances: unknown[] = [];
    for await (const { value } of streams.read(orderBalances, { to: 'now' })) balances.push(value);
    expect(balances).toEqual([500, 800, 700].map((pence) => ({ orderId: '1', pence })));
  });
});
