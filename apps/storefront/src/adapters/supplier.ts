import { setTimeout as sleep } from 'node:timers/promises';
import { type StockLevel, stockAllocations } from '@millrace/events';
import type { HttpServer, Logger } from '@millrace/service';
import { exponential, type Streams } from '@millrace/streams';
import type { StorefrontConfig } from '../config.ts';
import { productOf } from '../domain/catalogue.ts';
import { reorder } from '../domain/supplier.ts';

export interface SupplierOptions {
  readonly config: StorefrontConfig;
  readonly streams: Streams;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const backoff = exponential(500, 30_000);
/** In mean pauses between two visits. */
const visitsBetweenLooks = 10;

/**
 * Keeps the stock of a demonstration in balance, until the signal aborts: watches the levels that inventory tells and has
 * delivered what runs low, through everybody's route. The key of a delivery follows from the level that asks for it, so
 * that several storefronts order it once.
 */
export async function sendSuppliers(server: HttpServer, options: SupplierOptions): Promise<void> {
  const levels = new Map<string, StockLevel>();
  await Promise.all([watchLevels(levels, options), deliver(server, levels, options)]);
}

async function watchLevels(
  levels: Map<string, StockLevel>,
  { streams, log, signal }: SupplierOptions,
): Promise<void> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      for await (const { value } of streams.read(stockAllocations, { from: 'latest', signal })) {
        failures = 1;
        const known = levels.get(value.sku);
        if (productOf(value.sku) && value.level.version > (known?.version ?? 0))
          levels.set(value.sku, value.level);
      }
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error }, 'could not read the stock levels; trying again');
      await pause(backoff(failures), signal);
    }
  }
}

async function deliver(
  server: HttpServer,
  levels: Map<string, StockLevel>,
  { config, log, signal }: SupplierOptions,
): Promise<void> {
  const { SHOPPER_SEED: seed, SHOPPER_PER_SECOND: perSecond } = config;
  while (!signal.aborted) {
    await pause((visitsBetweenLooks / perSecond) * 1000, signal);
    for (const [sku, level] of levels) {
      const item = reorder(sku, level);
      if (!item || signal.aborted) continue;
      const response = await server.inject({
        method: 'POST',
        url: '/stock',
        body: { kind: 'delivery', items: [item] },
        headers: { 'idempotency-key': `supplier-${seed}-${sku}-${level.version}` },
      });
      // Until the next movement tells a new level: this one has been seen to.
      if (response.statusCode < 500) levels.delete(sku);
      else log.warn({ sku, status: response.statusCode }, 'the supplier was turned away');
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
