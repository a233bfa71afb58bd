import { askOracle, requireOracle, shared } from '@millrace/testing';
import { expect, test } from 'vitest';
import { readChunks } from '../../src/sales/read-chunks.ts';
import { serve } from './webserver.ts';
import { WholeShop } from './whole-shop.ts';

requireOracle()('the real files come to what the oracle computes', () => {
  const { sales, accessLog } = shared;

  test('with stock for everything', async () => {
    const shop = new WholeShop(1_000_000);
    const report = { ...(await shop.replay(sales)), webserver: await serve(readChunks(accessLog)) };
    expect(report).toEqual(askOracle(sales, { openingStock: 1_000_000, accessLog }));
    expect(shop.unmatched).toBe(0);
  }, 180_000);

  test('with hardly any stock', async () => {
    const { emails, ...report } = await new WholeShop(100).replay(sales);
    const expected = askOracle(sales, { openingStock: 100 });
    expect(expected).toMatchObject(report);
    expect({ ...report, emails }).toMatchObject(expected as object);
  }, 180_000);
});
