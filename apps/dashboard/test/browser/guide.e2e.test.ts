import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService } from '@millrace/service';
import { requireService, startKafka, startRedis } from '@millrace/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dashboardOf } from '../../src/app.ts';
import { accessibilityProblems, openBrowser, openPage, overflows } from './open-browser.ts';

const five = ['13', '17', '32', '36', '39'] as const;

withBrowser('embedded', undefined, five);
requireService('redis')('with Redis', () => withBrowser('redis', startRedis, five));
requireService('kafka')('with Kafka', () => withBrowser('kafka', startKafka, ['13', '39']));

function withBrowser(
  backend: string,
  startServer: (() => Promise<AsyncDisposable & { readonly url: string }>) | undefined,
  played: readonly string[],
): void {
  requireService('chromium')(`the page Guide on ${backend}`, () => {
    const opened = new AsyncDisposableStack();
    let [url, browser]: [string, Browser | undefined] = ['', undefined];

    beforeAll(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'guide-page-'));
      opened.defer(() => rmSync(folder, { recursive: true, force: true }));
      const server = startServer ? opened.use(await startServer()) : undefined;
      const streams: Record<string, string> = server ? { STREAMS_URL: server.url } : {};
      const started = await startService(dashboardOf({}), {
        DATA_DIR: folder,
        PORT: '0',
        LOG_LEVEL: 'silent',
        ...streams,
      });
      opened.defer(() => started.stop());
      await started.ready;
      url = started.url;
      browser = await openBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await opened.disposeAsync();
    });

    const openAt = async (picture: string): ReturnType<typeof openPage> => {
      if (!browser) throw new Error('there is no browser');
      return openPage(browser, `${url}/#/guide/${picture}`);
    };

    it.each(played)('plays picture %s to its end, and steps back and forth', async (picture) => {
      const { page, complaints } = await openAt(picture);
      await begin(page);
      await page.waitForSelector('text=All claims hold.', { timeout: 60_000 });
      const end = await drawn(page);
      for (let back = 0; back < 12; back++) await page.keyboard.press('ArrowLeft');
      await expect.poll(() => drawn(page)).not.toBe(end);
      for (let forward = 0; forward < 14; forward++) await page.keyboard.press('ArrowRight');
      await expect.poll(() => drawn(page)).toBe(end);
      expect(await page.evaluate('location.hash')).toMatch(new RegExp(`^#/guide/${picture}\\?.*seed=1`));
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await overflows(page)).toBe(false);
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it('kills a consumer by its button', async () => {
      const { page } = await openAt('23');
      await begin(page);
      await page.click('fieldset button:text-is("C2")', { timeout: 60_000 });
      await page.waitForSelector('svg .consumer.killed:has-text("C2")', { timeout: 60_000 });
      await page.context().close();
    });
  });
}

async function begin(page: Page): Promise<void> {
  await page.click('button[type=submit]');
  await page.selectOption('label:has-text("Speed") select', '16');
  await page.click('#guide-title');
}

/** The whole drawing in words. */
async function drawn(page: Page): Promise<string | null> {
  return page.getAttribute('.guide-figure svg', 'aria-label');
}
