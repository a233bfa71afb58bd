import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService } from '@millrace/service';
import { openStreams, type Streams } from '@millrace/streams';
import { requireService } from '@millrace/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { dashboardOf } from '../../src/app.ts';
import { Scales } from '../fixtures/parcels.ts';
import { accessibilityProblems, openBrowser, openPage } from './open-browser.ts';

const count = 500;

requireService('chromium')('the page of a group', () => {
  const opened = new AsyncDisposableStack();
  let streams: Streams;
  let scales: Scales;
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'dashboard-groups-'));
    opened.defer(() => rm(DATA_DIR, { recursive: true, force: true }));
    const started = await startService(dashboardOf({}), { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent' });
    opened.defer(() => started.stop());
    await started.ready;
    streams = opened.use(await openStreams(`embedded:${DATA_DIR}/streams.db`));
    scales = new Scales(streams);
    await scales.giveUp(count);
    browser = await openBrowser();
    opened.defer(() => browser.close());
    url = `${started.url}/#/groups/scales`;
  });

  afterAll(() => opened.disposeAsync());

  it('redrives five hundred dead letters, edited, and shows them as redriven', async () => {
    const { page } = await openPage(browser, url);
    const letters = panel(page, 'Dead letters');
    await letters.getByText(`${count} wait, 0 were redriven.`).waitFor();
    await letters.getByRole('button', { name: 'Edit before redriving' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Field').fill('weight');
    await dialog.getByLabel('New content').fill('5');
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Use it' }).click();
    await letters.getByRole('button', { name: 'Edited: weight = 5' }).waitFor();

    await letters.locator('tbody tr').first().getByRole('button', { name: 'Redrive' }).click();
    await letters.getByText(`${count - 1} wait, 1 were redriven.`).waitFor();
    // An edit is for what is redriven next, and then gone.
    await edit(page);
    await letters.getByRole('button', { name: 'Redrive all' }).click();
    await letters.getByText(`0 wait, ${count} were redriven.`).waitFor();

    await scales.weigh();
    expect([...scales.taken.keys()].toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: count }, (_, id) => id),
    );
    expect(new Set(scales.taken.values())).toEqual(new Set([5]));
    await page.context().close();
  });

  it('moves the group after a dry run, which moves nothing', async () => {
    const { page } = await openPage(browser, url);
    const seek = panel(page, 'Seek');
    const move = seek.getByRole('button', { name: 'Move the group' });
    await move.waitFor();
    expect(await move.isDisabled()).toBe(true);
    await seek.getByRole('button', { name: 'Dry run' }).click();
    await seek.getByRole('region', { name: 'What would be moved' }).waitFor();
    expect(await streams.admin.lag('scales')).toBe(0);
    await move.click();
    await seek.getByRole('region', { name: 'What was moved' }).waitFor();
    expect(await streams.admin.lag('scales')).toBe(count * 2);
    await page.context().close();
  });
});

function panel(page: Page, title: string): ReturnType<Page['locator']> {
  return page.locator('section.panel', { has: page.locator(`> header > h2:text-is("${title}")`) });
}

async function edit(page: Page): Promise<void> {
  await panel(page, 'Dead letters').getByRole('button', { name: 'Edit before redriving' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Field').fill('weight');
  await dialog.getByLabel('New content').fill('5');
  await dialog.getByRole('button', { name: 'Use it' }).click();
}
