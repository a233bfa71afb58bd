import type { StockCredited, StockDebited, StockDemanded } from '@millrace/events';

const occurredAt = '2010-12-01T08:26:00.000Z';

export function demanded(orderId: string, quantity: number, line = 1): StockDemanded {
  const order = { type: 'StockDemanded', occurredAt, orderId, payerId: '17850', lines: 1 } as const;
  return { ...order, line, sku: '85123A', quantity, pence: quantity * 255 };
}

export function credited(orderId: string, quantity: number): StockCredited {
  const cause = { cause: 'delivery', reference: orderId, part: 0 } as const;
  return { type: 'StockCredited', occurredAt, orderId, line: 1, sku: '85123A', quantity, ...cause };
}

export function debited(orderId: string, quantity: number): StockDebited {
  return { type: 'StockDebited', occurredAt, orderId, line: 1, sku: '85123A', quantity };
}
