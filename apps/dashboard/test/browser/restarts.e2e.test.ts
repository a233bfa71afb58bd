import { paymentResults } from '@millrace/events';
import { openStreams, type Streams } from '@millrace/streams';
import { freePorts, requireService } from '@millrace/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openPage } from './open-browser.ts';
import { type StartedShop, serviceProcess, startShop } from './started-shop.ts';

const within = { timeout: 120_000 } as const;
const pounds = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });

const [withRedis, withChromium] = [requireService('redis'), requireService('chromium')];

withRedis('on a Redis of the shop', () => withChromium('a page that is left open', leftOpen));

function leftOpen(): void {
  let shop: StartedShop;
  let browser: Browser;
  let streams: Streams;
  let page: Page;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    // A dashboard that comes back has to be where it was.
    shop = await startShop({ SHOPPER_PER_SECOND: '8', DASHBOARD_PORT: String(port) }, 'redis');
    [browser, streams] = await Promise.all([openBrowser(), openStreams(shop.streamsUrl)]);
    ({ page } = await openPage(browser, `${shop.url}/#/shop`));
    await page.waitForSelector('text=Adds up to the penny.', within);
  });

  afterAll(async () => {
    await browser?.close();
    await streams?.[Symbol.asyncDispose]();
    await shop?.[Symbol.asyncDispose]();
  });

  it.each([
    ['Stop the backend', /^redis \d+ ended by SIGTERM; \d+ answered/],
    ['Kill the backend with -9', /^redis \d+ ended by SIGKILL; \d+ answered/],
    ['Hang the backend', /^redis \d+ answered nothing for 8 s$/],
  ])('says that the backend is away and is right again after: %s', async (title, said) => {
    const before = await capturedInStreams(streams);
    const breaking = await openPage(browser, `${shop.url}/#/break`);
    await breaking.page.getByRole('button', { name: title, exact: true }).click();
    await page.locator('[role=alert]', { hasText: 'The backend does not answer' }).waitFor(within);
    await page.locator('.top .badge', { hasText: 'live on redis' }).waitFor(within);

    const row = breaking.page.locator('tr', { has: breaking.page.locator(`th:has-text("${title}")`) });
    await row.locator('.badge.good:text-is("adds up")').waitFor({ timeout: 170_000 });
    expect(await row.locator('td').first().textContent()).toMatch(said);
    await breaking.page.context().close();
    expect(await rightFigure(page, { shop, streams })).toBeGreaterThan(before);
  });

  it('waits for a dashboard that was killed and is right again with the next one', async () => {
    const before = await capturedInStreams(streams);
    const killed = await serviceProcess(shop, 'dashboard');
    process.kill(killed, 'SIGKILL');
    await page.locator('[role=alert]', { hasText: 'The dashboard cannot be reached' }).waitFor(within);
    await page.locator('.top .badge', { hasText: 'live on redis' }).waitFor(within);
    expect(await serviceProcess(shop, 'dashboard')).not.toBe(killed);
    await page.waitForSelector('text=Adds up to the penny.', within);
    expect(await rightFigure(page, { shop, streams })).toBeGreaterThan(before);
  });
}

/** What the page says was captured, in pence, once it is what the streams hold; nobody orders meanwhile. */
async function rightFigure(
  page: Page,
  { shop, streams }: { readonly shop: StartedShop; readonly streams: Streams },
): Promise<number> {
  const storefront = await serviceProcess(shop, 'storefront');
  process.kill(storefront, 'SIGSTOP');
  try {
    const captured = page.locator('.figure', { has: page.locator('dt:text-is("Captured")') }).locator('dd');
    let stored = 0;
    const look = async (): Promise<{ shown: string | null; stored: string }> => {
      stored = await capturedInStreams(streams);
      return { shown: await captured.textContent(), stored: pounds.format(stored / 100) };
    };
    await expect
      .poll(look, within)
      .toSatisfy((seen: Awaited<ReturnType<typeof look>>) => seen.shown === seen.stored);
    return stored;
  } finally {
    process.kill(storefront, 'SIGCONT');
  }
}

async function capturedInStreams(streams: Streams): Promise<number> {
  let pence = 0;
  for await (const { value } of streams.read(paymentResults, { to: 'now' }))
    if (value.type === 'PaymentCaptured') pence += value.pence;
  return pence;
}
