import { requireService } from '@millrace/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems, openBrowser, openPage, overflows } from './open-browser.ts';
import { pages } from './pages.ts';
import { type StartedShop, startShop } from './started-shop.ts';

/** Each ends by itself within some seconds; all of them are made at once. */
const quickFaults = [
  'Poison message',
  'Message of a wrong shape',
  'Malformed access-log line',
  'Duplicate order',
  'Burst',
  'Sell out a product',
  'Refund of too much',
  'Add a consumer',
];
const longFaults = [
  'Kill with -9',
  'Pause a service',
  'Slow a consumer',
  'Wake a zombie',
  'Stop the backend',
];
const settlesWithin = 160_000;

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

  it.each([
    ['light', 'wide'],
    ['dark', 'wide'],
    ['light', 'narrow'],
    ['dark', 'narrow'],
  ] as const)('shows its figures on every page, for everybody to use, %s and %s', async (theme, size) => {
    const { page, complaints } = await openPage(browser, shop.url, { theme, size });
    for (const { name, path, shows } of pages) {
      await page.goto(`${shop.url}/${path}`, { waitUntil: 'domcontentloaded' });
      await page.waitForSelector(shows);
      expect({ name, problems: await accessibilityProblems(page) }).toEqual({ name, problems: [] });
      expect({ name, overflows: await overflows(page) }).toEqual({ name, overflows: false });
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('tells the story of an order from its request to its last e-mail', async () => {
    const { page } = await openPage(browser, `${shop.url}/#/orders`);
    await page.locator('tr:has-text("product delivered") a').first().click();
    await page.locator('.timeline li:has-text("product_delivered")').waitFor();
    const topics = await page.locator('.timeline > li > .topic-name').allTextContents();
    expect(topics.slice(0, 2).toSorted()).toEqual(['inventory-events', 'payment-events']);
    expect(topics.filter((topic) => topic === 'emails')).toHaveLength(3);
    expect(topics).toContain('stock-allocations');
    await page.context().close();
  });

  it('is all right again after every fault that it made', async () => {
    const { page } = await openPage(browser, `${shop.url}/#/break`);
    for (const title of quickFaults) await begin(page, title);
    await settled(page, quickFaults.length);
    for (const title of longFaults) await begin(page, title);
    await settled(page, quickFaults.length + longFaults.length);
    expect(await runs(page).locator('.badge.bad').count()).toBe(0);
    await page.context().close();
  });
});

async function begin(page: Page, title: string): Promise<void> {
  const card = page.locator('.card', { has: page.locator(`h2:text-is("${title}")`) });
  const before = await runs(page).count();
  await card.getByRole('button', { name: title }).click();
  await runs(page).nth(before).waitFor();
}

async function settled(page: Page, count: number): Promise<void> {
  const adding = runs(page).locator('.badge.good:text-is("adds up")');
  await adding.nth(count - 1).waitFor({ timeout: settlesWithin });
}

function runs(page: Page): Locator {
  return page.locator('section:has(> header > h2:text-is("What was broken")) tbody tr');
}
