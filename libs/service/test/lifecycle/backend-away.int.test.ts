import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { on, openStreams, topic } from '@millrace/streams';
import { requireService, startKafka, startRedis } from '@millrace/testing';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { noVariables, service, startService } from '../../src/index.ts';

const letters = topic<string>('letters', { key: (text) => text });

async function ready(url: string): Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }> {
  const answer = z.object({ ready: z.boolean(), reasons: z.array(z.string()) });
  return answer.parse(await (await fetch(`${url}/ready`)).json());
}

describe.each([
  ['redis', () => startRedis()],
  ['kafka', () => startKafka()],
] as const)('on %s', (name, start) => {
  requireService(name)('a service whose backend is away', () => {
    it('waits for it at the start and through an outage, and loses nothing', {
      timeout: 120_000,
    }, async () => {
      await using server = await start();
      await server.kill();
      const seen: string[] = [];
      const reader = service({
        name: 'reader',
        port: 0,
        variables: noVariables,
        topics: [letters],
        define: ({ streams }) => ({
          groups: [
            {
              group: 'reader',
              mode: 'partitioned',
              delivery: 'at-least-once',
              routes: [on(letters, ({ value }) => void seen.push(value))],
            },
          ],
          routes: (http) => {
            http.post('/letters', async () => streams.publish(letters, ['from http']));
          },
        }),
      });
      const DATA_DIR = await mkdtemp(join(tmpdir(), 'away-'));
      const started = await startService(reader, {
        DATA_DIR,
        PORT: '0',
        LOG_LEVEL: 'silent',
        STREAMS_URL: server.url,
      });
      expect((await fetch(`${started.url}/health`)).status).toBe(200);
      expect(await ready(started.url)).toEqual({
        ready: false,
        reasons: ['the streams backend has not been reached yet', 'not prepared yet'],
      });
      const refused = await fetch(`${started.url}/letters`, { method: 'POST' });
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('1');

      await server.start();
      await started.ready;
      await using streams = await openStreams(server.url);
      await streams.publish(letters, ['before']);
      await vi.waitFor(() => expect(seen).toContain('before'), { timeout: 20_000 });

      await server.kill();
      await vi.waitFor(async () => expect((await ready(started.url)).ready).toBe(false), { timeout: 20_000 });
      await server.start();
      await vi.waitFor(async () => expect((await ready(started.url)).ready).toBe(true), { timeout: 20_000 });
      await streams.publish(letters, ['after']);
      await vi.waitFor(() => expect(seen).toContain('after'), { timeout: 20_000 });
      await started.stop();
    });
  });
});
