import { requireService } from '@millrace/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems, openBrowser, openPage, overflows } from './open-browser.ts';
import { pages, reports } from './pages.ts';
import { type StartedShop, startShop } from './started-shop.ts';

/** What the shop must have gone through while a fault was made, as its row says. */
type Effect = Partial<
  Record<'Lag up to' | 'Nothing stored for' | 'Members' | 'Dead letters', (shown: string) => boolean>
>;

const deadLetters: Effect = { 'Dead letters': (shown) => Number(shown) >= 1 };
const lag: Effect = { 'Lag up to': (shown) => Number(shown.replace(',', '')) >= 1 };
/** Such as 11–12: it stays where it is, so that the most comes after the fewest. */
const members: Effect = { Members: (shown) => /^\d+–\d+$/.test(shown) };
const silence: Effect = { 'Nothing stored for': (shown) => /^([5-9]|\d\d)(\.\d)? s$/.test(shown) };

type Case = readonly [title: string, effect: Effect, service?: string];

/** Every fault there is, in rounds of those that do not get in each other's way; a service that is named has a backlog. */
const rounds: readonly (readonly Case[])[] = [
  [
    ['Poison message', deadLetters],
    ['Message of a wrong shape', deadLetters],
    ['Malformed access-log line', deadLetters],
    ['Duplicate order', lag],
    ['Burst', { 'Lag up to': (shown) => Number(shown.replace(',', '')) >= 100 }],
    ['Sell out a product', lag],
    ['Refund of too much', lag],
    ['Add a consumer', members, 'database'],
    // Not of the same service: what was added would be removed before it has joined.
    ['Remove a consumer', lag, 'email'],
    ['Kill the backend with -9', lag],
  ],
  [
    ['Kill with -9', lag, 'payment'],
    ['Pause a service', lag, 'inventory'],
    // What goes on again makes no lag of its own.
    ['Resume a service', {}, 'inventory'],
    ['Slow a consumer', lag, 'crm'],
    ['Wake a zombie', lag, 'database'],
    ['Stop the backend', silence],
  ],
  [
    // With the shopper killed too, nothing else would be left to do while nobody works.
    ['Burst', lag],
    ['Kill everything with -9', lag],
  ],
  [['Restart one after the other', lag]],
];
/** An embedded log has no server that could hang. */
const elsewhere = ['Hang the backend'];
const settlesWithin = 200_000;

requireService('chromium')('the page of a shop that npm start started', () => {
  let shop: StartedShop;
  let browser: Browser;

  beforeAll(async () => {
    [shop, browser] = await Promise.all([
      startShop({ SHOPPER_PER_SECOND: '5', COMPARE_DIR: reports }),
      openBrowser(),
    ]);
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
    const told = (topic: string, what: string): Promise<number> =>
      page
        .locator('.timeline > li', { has: page.locator(`.topic-name:text-is("${topic}")`), hasText: what })
        .count();
    const mails = async (): Promise<Record<string, number>> => ({
      payment_received: await told('emails', 'payment_received'),
      product_shipped: await told('emails', 'product_shipped'),
      product_delivered: await told('emails', 'product_delivered'),
      payment_refunded:
        (await told('emails', 'payment_refunded')) - (await told('payment-results', 'Refunded')),
    });
    // The last of them comes a moment after the delivery, and the page follows. Some orders are given back meanwhile.
    await expect
      .poll(mails, { timeout: 60_000 })
      .toEqual({ payment_received: 1, product_shipped: 1, product_delivered: 1, payment_refunded: 0 });
    expect(topics).toContain('stock-allocations');
    await page.context().close();
  });

  it('offers every fault that there is', async () => {
    const { page } = await openPage(browser, `${shop.url}/#/break`);
    await page.locator('.card').first().waitFor();
    const titles = await page.locator('.card h3').allTextContents();
    const made = new Set(rounds.flat().map(([title]) => title));
    expect(titles.toSorted()).toEqual([...made, ...elsewhere].toSorted());
    const disabled = page.locator('.card', { has: page.locator('button.danger:disabled') });
    expect(await disabled.locator('h3').allTextContents()).toEqual(elsewhere);
    await page.context().close();
  });

  it.each(rounds.map((faults) => ({ titles: faults.map(([title]) => title).join(', '), faults })))(
    'is all right again, and says what it went through: $titles',
    async ({ faults }) => {
      const { page } = await openPage(browser, `${shop.url}/#/break`);
      await page.locator('.card').first().waitFor();
      const before = await runs(page).count();
      for (const [title, , service] of faults) await begin(page, title, service);
      await settled(page, before + faults.length);
      expect(await runs(page).locator('.badge.bad, .said.bad').allTextContents()).toEqual([]);
      for (const [title, effect] of faults) {
        const shown = await effectOf(page, title);
        for (const [column, isSo] of Object.entries(effect))
          expect(shown[column], `${column} of ${title}`).toSatisfy(isSo);
      }
      await page.context().close();
    },
  );
});

async function begin(page: Page, title: string, service?: string): Promise<void> {
  const card = page.locator('.card', { has: page.locator(`h3:text-is("${title}")`) });
  const before = await runs(page).count();
  if (service !== undefined) await card.locator('select').selectOption(service);
  await card.getByRole('button', { name: title }).click();
  await runs(page).nth(before).waitFor();
}

/** The newest row of a fault, by the titles of its columns. */
async function effectOf(page: Page, title: string): Promise<Readonly<Record<string, string>>> {
  const table = page.locator('section:has(> header > h2:text-is("What was broken")) table');
  const names = await table.locator('thead th').allTextContents();
  const row = table.locator('tbody tr', { hasText: title }).first();
  const cells = await row.locator('th, td').allTextContents();
  return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
}

async function settled(page: Page, count: number): Promise<void> {
  const adding = runs(page).locator('.badge.good:text-is("adds up")');
  await adding.nth(count - 1).waitFor({ timeout: settlesWithin });
}

function runs(page: Page): Locator {
  return page.locator('section:has(> header > h2:text-is("What was broken")) tbody tr');
}
