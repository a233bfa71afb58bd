import type { PaymentResult } from '@millrace/events';

export interface OrderBalance {
  readonly orderId: string;
  readonly pence: number;
}

/** What is paid of an order after a result; undefined when nothing changes. */
export function decide(paid: number, result: PaymentResult): OrderBalance | undefined {
  switch (result.type) {
    case 'PaymentCaptured':
      return { orderId: result.orderId, pence: paid + result.pence };
    case 'PaymentRefunded':
      return { orderId: result.orderId, pence: paid - result.pence };
    case 'PaymentDeclined':
    case 'RefundDeclined':
      return undefined;
    default:
      return result satisfies never;
  }
}
