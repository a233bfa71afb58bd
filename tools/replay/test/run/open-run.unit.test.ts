import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRun, type RunRequest } from '../../src/run/open-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';
const bytes = randomBytes(32);
const key = createSecretKey(bytes);

function world() {
  const dataFolder = temporaryFolder();
  const sales = join(dataFolder, 'sales.csv');
  writeFileSync(sales, `${header}536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,UK\n`);
  const place = { dataFolder, streamsUrl: undefined, maskSecrets: (text: string) => text };
  const open = (cardKey: KeyObject | undefined, request: RunRequest = {}) =>
    openRun({ run: 'a', sales, ...request }, { ...place, cardKey });
  return { open };
}

test.each([
  ['with CARD_KEY', key],
  ['without CARD_KEY', undefined],
])('a run begun %s goes on so', async (_, cardKey) => {
  const { open } = world();
  expect((await open(cardKey)).resumed).toBe(false);
  expect((await open(cardKey)).resumed).toBe(true);
});

test.each([
  ['with another', key, createSecretKey(randomBytes(32))],
  ['without it', key, undefined],
  ['with one, when it was begun with its own', undefined, key],
])('a run does not go on %s: cards that are published could not be opened', async (_, begun, now) => {
  const { open } = world();
  await open(begun);
  await expect(open(now)).rejects.toThrow(/run a was begun with CARD_KEY .*, not .*; go on with what it was/);
});

test('the settings of a run do not have the key', async () => {
  const { open } = world();
  const { folder } = await open(key);
  const settings = readFileSync(folder.settings, 'utf8');
  for (const encoding of ['hex', 'base64', 'base64url'] as const)
    expect(settings).not.toContain(bytes.toString(encoding));
});

test('the e-mail group keeps the mode and the members that the run was begun with', async () => {
  const { open } = world();
  await open(key, { emailMode: 'competing', emailMembers: 2 });
  expect((await open(key)).settings).toMatchObject({ emailMode: 'competing', emailMembers: 2 });
  const otherMode = open(key, { emailMode: 'partitioned' });
  await expect(otherMode).rejects.toThrow(/begun with e-mail mode competing, not partitioned/);
});

test('a run of an earlier version goes on with one partitioned member', async () => {
  const { open } = world();
  const { folder } = await open(key);
  const {
    emailMode: _mode,
    emailMembers: _members,
    ...earlier
  } = JSON.parse(readFileSync(folder.settings, 'utf8'));
  writeFileSync(folder.settings, JSON.stringify(earlier));
  expect((await open(key)).settings).toMatchObject({ emailMode: 'partitioned', emailMembers: 1 });
});
