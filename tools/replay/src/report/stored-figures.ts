import { z } from 'zod';
import type { CustomerFigures, Latency, StoredFigures } from './report.ts';
import { ask } from './service-answers.ts';

const figure = z.number();
const counts = z.record(z.string(), figure);
const countAndPence = z.object({ count: figure, pence: figure });

/** What the database service reads back from its store. */
export interface DatabaseAnswer extends StoredFigures {
  readonly delivery: { readonly duplicated: number; readonly deadLettered: number };
  readonly endToEndMs: Latency;
}

const databaseAnswer: z.ZodType<DatabaseAnswer> = z.object({
  payments: z.object({
    captured: countAndPence,
    declined: counts,
    refunded: countAndPence,
    refundDeclined: counts,
  }),
  inventory: z.object({
    skus: figure,
    demanded: figure,
    returned: figure,
    adjusted: figure,
    onHand: figure,
    backordered: figure,
  }),
  emails: counts,
  webserver: z.object({
    lines: figure,
    pageViews: figure,
    malformed: figure,
    bytes: figure,
    byStatus: counts,
  }),
  delivery: z.object({ duplicated: figure, deadLettered: figure }),
  endToEndMs: z.object({ p50: figure, p95: figure, p99: figure }),
});

const customerAnswer: z.ZodType<CustomerFigures> = z.object({
  customers: figure,
  orders: figure,
  lifetimeValuePence: figure,
});

type Address = (service: string) => Promise<string>;

export function askDatabase(address: Address): Promise<DatabaseAnswer> {
  return ask({ service: 'database', path: '/report', schema: databaseAnswer }, address);
}

export function askCustomers(address: Address): Promise<CustomerFigures> {
  return ask({ service: 'crm', path: '/totals', schema: customerAnswer }, address);
}
