import type {
  EmailRequested,
  InventoryEvent,
  LineAllocated,
  LineBackordered,
  OrderAllocated,
  PageViewed,
  PaymentRequested,
  PaymentResult,
  RefundRequested,
  RequestLogged,
  StockChanged,
  StockMovement,
} from '../src/index.ts';

const at = { occurredAt: '2010-12-01T08:26:00.000Z', orderId: '536365' };
const paid = { ...at, payerId: '17850', channel: 'web', pence: 13912, stockLines: 7 } as const;
const product = { line: 1, sku: '85123A', quantity: 6 };
const level = { version: 1, onHand: 999_994, backordered: 0 };

export const paymentRequested: PaymentRequested = {
  type: 'PaymentRequested',
  ...paid,
  card: { lastFour: '4242', sealed: 'AQ-_' },
};

export const refundRequested: RefundRequested = { type: 'RefundRequested', ...paid, refundId: 'R1' };

export const results: readonly PaymentResult[] = [
  { type: 'PaymentCaptured', ...paid, cardLastFour: '4242' },
  { type: 'PaymentDeclined', ...paid, cardLastFour: '4242', reason: 'suspected_fraud' },
  { type: 'PaymentRefunded', ...paid, refundId: 'R1' },
  { type: 'RefundDeclined', ...paid, refundId: 'R1', reason: 'exceeds_captured' },
];

export const inventory: readonly InventoryEvent[] = [
  { type: 'StockRequested', ...at, lines: [{ ...product, pence: 1530 }] },
  { type: 'StockReturned', ...at, refundId: 'R1', lines: [{ ...product, pence: 1530 }] },
  { type: 'StockAdjusted', ...at, lines: [{ ...product, quantity: -6 }] },
  { type: 'StockReceived', ...at, lines: [product] },
];

export const movements: readonly StockMovement[] = [
  { type: 'StockDemanded', ...at, ...product, payerId: '17850', lines: 7, pence: 1530 },
  { type: 'StockCredited', ...at, ...product, cause: 'return', reference: 'R1', part: 0 },
  { type: 'StockCredited', ...at, ...product, cause: 'return', reference: 'R1', part: 1 },
  { type: 'StockCredited', ...at, ...product, cause: 'correction', reference: '536365', part: 0 },
  { type: 'StockDebited', ...at, ...product },
];

export const lineAllocated: LineAllocated = {
  type: 'LineAllocated',
  ...at,
  ...product,
  payerId: '17850',
  lines: 7,
  pence: 1530,
  level,
};

export const lineBackordered: LineBackordered = {
  type: 'LineBackordered',
  ...at,
  ...product,
  pence: 1530,
  lacking: 2,
  level,
};

export const stockChanged: StockChanged = {
  type: 'StockChanged',
  ...at,
  ...product,
  cause: 'return',
  reference: 'R1',
  part: 0,
  level,
};

export const orderAllocated: OrderAllocated = { type: 'OrderAllocated', ...at, payerId: '17850', lines: 7 };

const email = { type: 'EmailRequested', ...at, payerId: '17850' } as const;

export const emailRequests: readonly EmailRequested[] = [
  { ...email, status: 'payment_received', pence: 13912 },
  { ...email, status: 'payment_declined', pence: 13912, reason: 'expired_card' },
  { ...email, status: 'payment_refunded', pence: 13912, refundId: 'R1' },
  { ...email, status: 'product_shipped' },
  { ...email, status: 'product_delivered' },
];

export const requestLogged: RequestLogged = {
  type: 'RequestLogged',
  occurredAt: at.occurredAt,
  requestId: 'access.log:1',
  client: '83.149.9.216',
  line: '83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "curl"',
};

export const pageViewed: PageViewed = {
  type: 'PageViewed',
  occurredAt: '2015-05-17T10:05:03.000Z',
  requestId: 'access.log:1',
  client: '83.149.9.216',
  method: 'GET',
  target: '/',
  status: '200',
  bytes: 5,
  referrer: '-',
  agent: 'curl',
};
