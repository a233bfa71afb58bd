import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StartedService, startService } from '@millrace/service';
import { requireService, startKafka, startRedis } from '@millrace/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardOf } from '../../src/app.ts';
import { accessibilityProblems, openBrowser, openPage, overflows, type PageOptions } from './open-browser.ts';

const five = ['13', '17', '32', '36', '39'] as const;
const withinMs = 60_000;

requireService('chromium')('the page Guide', () => {
  let browser: Browser;
  /** Of the dashboard that the tests at hand look at. */
  let url: string;

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterAll(() => browser?.close());

  const withDashboard = (open: (opened: AsyncDisposableStack) => Promise<string>): void => {
    const opened = new AsyncDisposableStack();
    beforeAll(async () => {
      url = await open(opened);
    });
    afterAll(() => opened.disposeAsync());
  };

  const openAt = (link: string, options?: PageOptions): ReturnType<typeof openPage> =>
    openPage(browser, `${url}/#/guide/${link}`, options);

  const playsAllOf = (where: string, drawings: number): void => {
    it.each(five)('plays picture %s to its end, and steps back and forth', async (picture) => {
      const { page, complaints } = await openAt(`${picture}?${where}`);
      await begin(page);
      await expect
        .poll(() => page.locator('text=All claims hold.').count(), { timeout: withinMs })
        .toBe(drawings);
      const end = await drawn(page);
      expect(end).toHaveLength(drawings);
      for (let back = 0; back < 12; back++) await page.keyboard.press('ArrowLeft');
      await expect.poll(() => drawn(page)).not.toEqual(end);
      for (let forward = 0; forward < 14; forward++) await page.keyboard.press('ArrowRight');
      await expect.poll(() => drawn(page)).toEqual(end);
      expect(await page.evaluate('location.hash')).toMatch(new RegExp(`^#/guide/${picture}\\?.*seed=1`));
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await overflows(page)).toBe(false);
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  };

  describe('on embedded', () => {
    withDashboard((opened) => startDashboard(opened, {}));

    playsAllOf('', 1);

    it('kills a consumer by its button', async () => {
      const { page } = await openAt('23');
      await begin(page);
      await page.click('fieldset button:text-is("C2")', { timeout: withinMs });
      await page.waitForSelector('svg .consumer.killed:has-text("C2")', { timeout: withinMs });
      await page.context().close();
    });

    it('says what it cannot play, and why', async () => {
      const { page } = await openAt('40?on=redis');
      await page.waitForSelector('.notice.warn:has-text("This dashboard has no backend redis")');
      await page.locator('label', { hasText: /^On/ }).locator('select').selectOption('embedded');
      await page.waitForSelector('button[type=submit]:text-is("Play")');
      await page.goto(`${url}/#/guide/46`);
      await page.waitForSelector('.notice.warn');
      await page.goto(`${url}/#/guide/99`);
      await page.waitForSelector('.notice.warn:has-text("No scenario plays picture 99")');
      await page.context().close();
    });

    it('is shown in a seventh tab too: a tab that nobody sees gives its connection back', async () => {
      const { page } = await openAt('17');
      await page.locator('.top .badge.good').waitFor();
      const tabs = [page];
      for (let tab = 2; tab <= 7; tab++) {
        await tabs.at(-1)?.evaluate(`
          Object.defineProperty(document, 'hidden', { value: true, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));`);
        const next = await page.context().newPage();
        await next.goto(`${url}/#/guide/17`, { waitUntil: 'domcontentloaded' });
        await next.locator('.top .badge.good').waitFor();
        tabs.push(next);
      }
      const live = page.waitForResponse((response) => response.url().endsWith('/api/live'));
      await page.evaluate(`
        Object.defineProperty(document, 'hidden', { value: false, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));`);
      await live;
      await page.context().close();
    });

    it('takes what a link says, also one that is followed on the page itself', async () => {
      const { page } = await openAt('17?consumers=2&seed=7');
      expect(await page.inputValue('label:has-text("consumers") input')).toBe('2');
      await page.goto(`${url}/#/guide/17?consumers=4&seed=8`);
      await expect.poll(() => page.inputValue('label:has-text("consumers") input')).toBe('4');
      expect(await page.inputValue('label:has-text("seed") input')).toBe('8');
      await page.context().close();
    });
  });

  requireService('redis')('with Redis', () => {
    requireService('kafka')('and Kafka beside it', () => {
      withDashboard(async (opened) => {
        const [redis, kafka] = [opened.use(await startRedis()), opened.use(await startKafka())];
        return startDashboard(opened, { STREAMS_URL: redis.url, GUIDE_BACKENDS: kafka.url });
      });

      playsAllOf('beside=kafka', 2);

      it('one step forward moves both, into the same step of the picture', async () => {
        const { page, complaints } = await openAt('13?beside=kafka', { size: 'narrow', theme: 'dark' });
        await begin(page);
        await page.click('button:text-is("Pause")');
        const forward = page.locator('button:text-is("Forward")');
        const moment = page.locator('.guide-controls input[type=range]');
        for (let both = 0; both < 3; ) {
          const [before, at] = [await drawn(page), await moment.inputValue()];
          await forward.click();
          await expect.poll(() => moment.inputValue(), { timeout: withinMs }).not.toBe(at);
          const titles = await page.locator('section[aria-label^="The picture on"] h2').allTextContents();
          expect(new Set(titles).size).toBe(1);
          const after = await drawn(page);
          if (after.every((words, side) => words !== before[side])) both++;
        }
        expect(await overflows(page)).toBe(false);
        expect(await accessibilityProblems(page)).toEqual([]);
        expect(complaints).toEqual([]);
        await page.context().close();
      });

      it.each(['redis', 'kafka'])('kills a consumer of %s, and none of the other', async (backend) => {
        const { page } = await openAt('23?beside=kafka');
        await begin(page);
        await page.click(`fieldset button:text-is("C2 on ${backend}")`, { timeout: withinMs });
        await page.waitForSelector(`${drawingOn(backend)} .consumer.killed:has-text("C2")`, {
          timeout: withinMs,
        });
        expect(await page.locator(`.consumer.killed:has-text("C2")`).count()).toBe(1);
        await page.context().close();
      });
    });
  });
});

async function startDashboard(
  opened: AsyncDisposableStack,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'guide-page-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const started: StartedService = await startService(dashboardOf({}), {
    DATA_DIR: folder,
    PORT: '0',
    LOG_LEVEL: 'silent',
    ...variables,
  });
  opened.defer(() => started.stop());
  await started.ready;
  return started.url;
}

async function begin(page: Page): Promise<void> {
  await page.click('button[type=submit]');
  await page.selectOption('label:has-text("Speed") select', '16');
  await page.click('#guide-title');
}

/** The whole drawing in words, of each backend. */
async function drawn(page: Page): Promise<readonly (string | null)[]> {
  const drawings = await page.locator('.guide-figure svg').all();
  return Promise.all(drawings.map((drawing) => drawing.getAttribute('aria-label')));
}

function drawingOn(backend: string): string {
  return `section[aria-label="The picture on ${backend}"] svg`;
}
