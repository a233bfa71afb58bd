import type { PaymentResult } from '@millrace/events';

const fields = {
  occurredAt: '2026-01-02T03:04:05.000Z',
  payerId: '17850',
  channel: 'web',
  stockLines: 0,
} as const;

export function captured(orderId: string, pence: number): PaymentResult {
  return { type: 'PaymentCaptured', ...fields, orderId, pence, cardLastFour: '4242' };
}

export function declined(orderId: string, pence: number): PaymentResult {
  return { type: 'PaymentDeclined', ...fields, orderId, pence, cardLastFour: '4242', reason: 'expired_card' };
}

export function refunded(orderId: string, pence: number): PaymentResult {
  return { type: 'PaymentRefunded', ...fields, orderId, pence, refundId: `${orderId}-refund` };
}
