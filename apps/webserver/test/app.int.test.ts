import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pageViews, type WebserverEvent, webserverEvents } from '@millrace/events';
import { startService } from '@millrace/service';
import { openStreams } from '@millrace/streams';
import { expect, it, vi } from 'vitest';
import { webserver } from '../src/app.ts';

const good = '203.0.113.7 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8"';

function logged(requestId: string, line: string): WebserverEvent {
  return {
    type: 'RequestLogged',
    occurredAt: '2026-01-02T03:04:05.000Z',
    requestId,
    client: '203.0.113.7',
    line,
  };
}

it('makes a page view of each line once, and sets aside what is none', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'webserver-'));
  const started = await startService(webserver, { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent' });
  await started.ready;
  await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
  await streams.publish(webserverEvents, [
    logged('1', good),
    logged('2', 'GET me a tea'),
    logged('3', good),
    logged('1', good),
  ]);
  await vi.waitFor(async () => expect(await streams.admin.lag('webserver')).toBe(0));
  await started.stop();
  const views = [];
  for await (const { value } of streams.read(pageViews, { to: 'now' })) views.push(value.requestId);
  expect(views).toEqual(['1', '3']);
  const letters = [];
  for await (const { code, error } of streams.admin.deadLetters('webserver')) letters.push({ code, error });
  expect(letters).toEqual([
    { code: 'REJECTED', error: expect.stringContaining('not the Apache combined format') },
  ]);
});
