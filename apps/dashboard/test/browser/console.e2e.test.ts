import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService } from '@millrace/service';
import { requireService, runKcat, startKafka, startRedis } from '@millrace/testing';
import type { Browser } from 'playwright-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { consoleEnvironment, streamsConsole } from '../../src/console.ts';
import { accessibilityProblems, openBrowser, openPage } from './open-browser.ts';

requireService('chromium')('the console', () => {
  let opened: AsyncDisposableStack;
  let browser: Browser;

  beforeEach(async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    opened = new AsyncDisposableStack();
    browser = await openBrowser();
    opened.defer(() => browser.close());
  });

  afterEach(() => opened.disposeAsync());

  /** The address of a console on that backend. */
  const openConsole = async (backend: string): Promise<string> => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'dashboard-console-'));
    opened.defer(() => rm(DATA_DIR, { recursive: true, force: true }));
    const environment = consoleEnvironment([backend, '--port', '0'], { DATA_DIR, LOG_LEVEL: 'silent' });
    if (typeof environment === 'string') throw new Error(environment);
    const started = await startService(streamsConsole, environment);
    opened.defer(() => started.stop());
    await started.ready;
    return started.url;
  };

  requireService('redis')('on a Redis', () => {
    it('shows what XADD wrote, changes nothing, and says which settings are unsafe', async () => {
      const redis = opened.use(
        await startRedis({ arguments: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'] }),
      );
      await redis.command('XADD', 'letters', '*', 'subject', 'the first', 'to', 'Ada');
      await redis.command('XADD', 'letters', '*', 'subject', 'the second', 'to', 'Grace');
      const { page, complaints } = await openPage(
        browser,
        `${await openConsole(redis.url)}/#/topics/letters`,
      );
      await page.locator('details.message', { hasText: 'the second' }).waitFor();
      await page.locator('.notice.warn', { hasText: 'allkeys-lru' }).first().waitFor();
      expect(await page.locator('nav.side li').allTextContents()).toEqual(['Topics', 'Groups', 'Guide']);
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(await redis.command('KEYS', '*')).toContain('letters');
      expect(await redis.command('DBSIZE')).toContain(':1');
    });
  });

  requireService('kafka-clients')('on a Kafka', () => {
    it('shows topics and groups of kcat', async () => {
      const kafka = opened.use(await startKafka({ properties: { 'auto.create.topics.enable': 'true' } }));
      const broker = `127.0.0.1:${kafka.port}`;
      await runKcat(['-b', broker, '-P', '-t', 'readings', '-k', 'sensor-1'], '{"celsius":21}\n');
      await runKcat(['-b', broker, '-c', '1', '-e', '-G', 'thermostat', 'readings']);
      const url = await openConsole(kafka.url);
      const { page, complaints } = await openPage(browser, `${url}/#/topics`);
      await page.locator('th', { hasText: 'readings' }).click();
      await page.goto(`${url}/#/topics/readings`);
      await page.locator('details.message', { hasText: 'celsius' }).waitFor();
      await page.goto(`${url}/#/groups`);
      await page.locator('th', { hasText: 'thermostat' }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });
});
