import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpServer, Logger } from '@millrace/service';
import type { StorefrontConfig } from '../config.ts';
import { type Visit, visitOf } from '../domain/shopper.ts';
import { idOfKey } from './order-ids.ts';

export interface ShopperOptions {
  readonly config: StorefrontConfig;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Gentle traffic for a demonstration, through everybody's routes, until the signal aborts. The number of a visit follows
 * from the clock, so a shopper that starts again goes on; one it repeats asks under the same Idempotency-Key.
 */
export async function sendShopper(
  server: HttpServer,
  { config, log, signal }: ShopperOptions,
): Promise<void> {
  const { SHOPPER_SEED: seed, SHOPPER_PER_SECOND: perSecond } = config;
  log.info({ perSecond }, 'the built-in shopper is shopping; SHOPPER=off sends it home');
  for (let number = Math.floor((Date.now() / 1000) * perSecond); !signal.aborted; number++) {
    const visit = visitOf(seed, number, new Date());
    await sleep((visit.pause / perSecond) * 1000, undefined, { signal }).catch(() => undefined);
    for (const request of requestsOf(visit, `shopper-${seed}`, number)) {
      if (signal.aborted) return;
      const response = await server.inject({
        ...request,
        headers: { ...request.headers, 'user-agent': visit.visitor.agent },
        remoteAddress: visit.visitor.client,
      });
      if (response.statusCode >= 500)
        log.warn({ url: request.url, status: response.statusCode }, 'the shopper was turned away');
    }
  }
}

interface ShopperRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

function requestsOf(visit: Visit, shopper: string, number: number): readonly ShopperRequest[] {
  const post = (url: string, body: object): ShopperRequest => ({
    method: 'POST',
    url,
    body,
    headers: { 'idempotency-key': `${shopper}-${number}` },
  });
  const { targets, purchase, refund } = visit;
  const looks: readonly ShopperRequest[] = targets.map((url) => ({ method: 'GET', url }));
  const buys = purchase ? [post('/orders', purchase)] : [];
  const returns = refund ? [post('/refunds', refundBody(refund, shopper))] : [];
  return [...looks, ...buys, ...returns];
}

function refundBody({ visit, ...refund }: NonNullable<Visit['refund']>, shopper: string): object {
  return { ...refund, orderId: idOfKey('O', `${shopper}-${visit}`, refund.customerId) };
}
