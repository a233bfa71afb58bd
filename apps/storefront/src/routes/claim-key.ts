import type { IdempotencyKeys } from '../adapters/idempotency-keys.ts';
import type { Claim } from '../adapters/order-service.ts';

export interface KeyedRequest {
  readonly keys: IdempotencyKeys;
  /** The Idempotency-Key header; without it there is nothing to claim. */
  readonly key: string | undefined;
  readonly id: string;
  readonly request: object;
}

/** Binds the request's Idempotency-Key to it, once it is accepted. */
export function claimKey({ keys, key, id, request }: KeyedRequest): Claim {
  return async () => {
    if (key !== undefined) await keys.claim({ id, request });
  };
}
