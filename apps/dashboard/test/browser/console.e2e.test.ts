import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService } from '@millrace/service';
import { requireService, runJavaClient, runKcat, startKafka, startRedis } from '@millrace/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { consoleEnvironment, streamsConsole } from '../../src/console.ts';
import { accessibilityProblems, openBrowser, openPage, overflows } from './open-browser.ts';

/** What a backend holds that this project never wrote to. */
interface Foreign extends AsyncDisposable {
  readonly url: string;
  readonly topic: string;
  readonly group: string;
  /** A setting that can lose records, which a page has to say. */
  readonly unsafe?: string;
  /** Everything that is there by name, to see that nothing is added. */
  names(): Promise<string>;
}

requireService('chromium')('the console on streams of other programs', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  requireService('redis')('on Redis', () => shows(writtenByRedisCli));
  requireService('kafka-clients')('on Kafka', () => shows(writtenByKafkaTools));

  function shows(start: () => Promise<Foreign>): void {
    it('lists topics, messages and groups, and writes nothing', async () => {
      await using foreign = await start();
      const before = await foreign.names();
      await using opened = new AsyncDisposableStack();
      const folder = mkdtempSync(join(tmpdir(), 'console-page-'));
      opened.defer(() => rmSync(folder, { recursive: true, force: true }));
      const environment = consoleEnvironment([foreign.url, '--port', '0'], {
        DATA_DIR: folder,
        LOG_LEVEL: 'silent',
      });
      if (typeof environment === 'string') throw new Error(environment);
      const started = await startService(streamsConsole, environment);
      opened.defer(() => started.stop());
      await started.ready;
      const { page, complaints } = await openPage(browser, `${started.url}/#/topics`);
      opened.defer(() => page.context().close());
      const { topic, group, unsafe } = foreign;
      const warning = unsafe === undefined ? 'main' : `.notice.warn:has-text("${unsafe}")`;
      for (const [path, shown] of [
        ['#/topics', `th:has-text("${topic}")`],
        ['#/topics', warning],
        [`#/topics/${encodeURIComponent(topic)}`, 'details.message:has-text("1st email")'],
        ['#/groups', `th:has-text("${group}")`],
        [`#/groups/${encodeURIComponent(group)}`, `text=${topic}`],
      ] as const) {
        await page.goto(`${started.url}/${path}`, { waitUntil: 'domcontentloaded' });
        await page.waitForSelector(shown);
        expect({ path, problems: await accessibilityProblems(page) }).toEqual({ path, problems: [] });
        expect({ path, overflows: await overflows(page) }).toEqual({ path, overflows: false });
      }
      const change = await fetch(`${started.url}/api/groups/${encodeURIComponent(group)}/seek`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
        body: JSON.stringify({ to: 'earliest', dryRun: false }),
      });
      expect({ status: change.status, problem: await change.json() }).toMatchObject({
        status: 403,
        problem: { detail: expect.stringContaining('only shows') },
      });
      expect(await foreign.names()).toBe(before);
      expect(complaints).toEqual([]);
    });
  }
});

async function writtenByRedisCli(): Promise<Foreign> {
  const server = await startRedis({
    arguments: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
  });
  await server.command('XADD', 'queue:emails', '*', 'subject', '1st email');
  await server.command('XGROUP', 'CREATE', 'queue:emails', 'mailer', '0');
  await server.command('XREADGROUP', 'GROUP', 'mailer', 'ann', 'COUNT', '1', 'STREAMS', 'queue:emails', '>');
  return {
    url: server.url,
    topic: 'queue:emails',
    group: 'mailer',
    unsafe: 'allkeys-lru',
    names: () => server.command('KEYS', '*'),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function writtenByKafkaTools(): Promise<Foreign> {
  const server = await startKafka();
  const at = ['--bootstrap-server', `127.0.0.1:${server.port}`];
  await runJavaClient('TopicCommand', [...at, '--create', '--topic', 'Email', '--partitions', '2']);
  await runKcat(['-b', `127.0.0.1:${server.port}`, '-P', '-t', 'Email', '-p', '0'], '1st email\n');
  const reading = ['--topic', 'Email', '--group', 'mailer', '--from-beginning', '--max-messages', '1'];
  await runJavaClient('consumer.ConsoleConsumer', [...at, ...reading]);
  return {
    url: server.url,
    topic: 'Email',
    group: 'mailer',
    names: () => runJavaClient('TopicCommand', [...at, '--list']),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
