import type { Kysely } from 'kysely';
import type { ShopTables } from '../tables/index.ts';

interface Sum {
  readonly count: number;
  readonly pence: number;
}

export interface PaymentFigures {
  readonly captured: Sum;
  readonly declined: Readonly<Record<string, number>>;
  readonly refunded: Sum;
  readonly refundDeclined: Readonly<Record<string, number>>;
}

export async function paymentFigures(db: Kysely<ShopTables>): Promise<PaymentFigures> {
  const groups = await db
    .selectFrom('payment_results')
    .select(({ fn }) => [
      'type',
      'reason',
      fn.countAll<number>().as('count'),
      fn.sum<number>('pence').as('pence'),
    ])
    .groupBy(['type', 'reason'])
    .execute();
  const sumOf = (type: string): Sum => {
    const { count = 0, pence = 0 } = groups.find((group) => group.type === type) ?? {};
    return { count, pence };
  };
  const byReason = (type: string, reasons: readonly string[]): Record<string, number> => {
    const found = groups.filter((group) => group.type === type).map(({ reason, count }) => [reason, count]);
    return { ...Object.fromEntries(reasons.map((reason) => [reason, 0])), ...Object.fromEntries(found) };
  };
  return {
    captured: sumOf('PaymentCaptured'),
    declined: byReason('PaymentDeclined', [
      'invalid_card',
      'expired_card',
      'suspected_fraud',
      'insufficient_funds',
    ]),
    refunded: sumOf('PaymentRefunded'),
    refundDeclined: byReason('RefundDeclined', ['exceeds_captured']),
  };
}
