import { findCommand } from '@millrace/testing';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

export type Theme = 'light' | 'dark';

export const sizes = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } } as const;

const timeout = 30_000;

/** The machine's Chromium; every wait in it has an end. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findCommand('chromium', process.env) ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], timeout });
}

export interface OpenedPage {
  readonly page: Page;
  /** What the page complained of: errors, refused resources, failed requests. */
  readonly complaints: readonly string[];
}

export interface PageOptions {
  readonly theme?: Theme;
  readonly size?: keyof typeof sizes;
}

/** A page of its own. Live events never end, so nothing may wait for a quiet network. */
export async function openPage(
  browser: Browser,
  url: string,
  { theme = 'light', size = 'wide' }: PageOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: sizes[size],
    colorScheme: theme,
    reducedMotion: 'reduce',
    // The accessibility checker is put into the page, whose policy allows no script but its own.
    bypassCSP: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(timeout);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  return { page, complaints };
}

/** What keeps people from using the page, one line each; empty when nothing does. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<string>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(
      violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => id + ': ' + help + ' in ' + html.slice(0, 160)))))`,
  );
  return JSON.parse(found);
}

/** Whether something is wider than the screen. */
export async function overflows(page: Page): Promise<boolean> {
  return page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
}
