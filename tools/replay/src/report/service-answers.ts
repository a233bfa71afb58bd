import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { messageOf, ReplayError } from '../replay-error.ts';

export interface Question<Answer> {
  readonly service: string;
  readonly path: string;
  readonly schema: z.ZodType<Answer>;
}

const attempts = 20;
const pauseMs = 250;
/** Sums over a store of millions of rows take their time. */
const answerWithinMs = 120_000;

/** Asks a service over HTTP; again while it is restarting. `address` answers where it is now. */
export async function ask<Answer>(
  { service, path, schema }: Question<Answer>,
  address: (service: string) => Promise<string>,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(`${await address(service)}${path}`, {
        signal: AbortSignal.timeout(answerWithinMs),
      });
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`HTTP ${response.status} ${JSON.stringify(body).slice(0, 300)}`);
      return schema.parse(body);
    } catch (error) {
      if (attempt < attempts && !(error instanceof ReplayError)) {
        await sleep(pauseMs);
        continue;
      }
      throw new ReplayError(`the ${service} service does not answer GET ${path}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}
