import { requireService } from '@millrace/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems, openBrowser, openPage, overflows } from './open-browser.ts';
import { pages } from './pages.ts';
import { type StartedShop, startShop } from './started-shop.ts';

requireService('chromium')('the page of a shop that npm start started', () => {
  let shop: StartedShop;
  let browser: Browser;

  beforeAll(async () => {
    [shop, browser] = await Promise.all([startShop({ SHOPPER_PER_SECOND: '5' }), openBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await shop?.[Symbol.asyncDispose]();
  });

  it.each(pages)(
    '$name: shows its figures, in both themes and sizes, and everybody can use it',
    async (listed) => {
      for (const theme of ['light', 'dark'] as const) {
        for (const size of ['wide', 'narrow'] as const) {
          const { page, complaints } = await openPage(browser, `${shop.url}/${listed.path}`, { theme, size });
          await page.waitForSelector(listed.shows);
          expect(await accessibilityProblems(page)).toEqual([]);
          expect(await overflows(page)).toBe(false);
          expect(complaints).toEqual([]);
          await page.context().close();
        }
      }
    },
  );
});
