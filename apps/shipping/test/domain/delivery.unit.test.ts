import type { OrderAllocated } from '@millrace/events';
import { expect, test } from 'vitest';
import { deliver, ship } from '../../src/domain/delivery.ts';

const order: OrderAllocated = {
  type: 'OrderAllocated',
  occurredAt: '2010-12-01T08:26:00.000Z',
  orderId: '536365',
  payerId: '17850',
  lines: 7,
};
const email = { type: 'EmailRequested', orderId: '536365', payerId: '17850' };

test('an allocated order ships', () => {
  expect(ship(order)).toEqual({ ...email, occurredAt: order.occurredAt, status: 'product_shipped' });
});

test.each([
  [0, '2010-12-01T08:26:00.000Z'],
  [3000, '2010-12-01T08:26:03.000Z'],
])('and is delivered %i ms later', (delayMs, occurredAt) => {
  expect(deliver(order, delayMs)).toEqual({ ...email, occurredAt, status: 'product_delivered' });
});
