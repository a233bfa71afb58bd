import type { EmailRequested } from '@millrace/events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, messageIdOf } from '../../src/domain/addresses.ts';
import { render } from '../../src/domain/render.ts';

const about = {
  type: 'EmailRequested',
  occurredAt: '2010-12-01T08:26:00.000Z',
  orderId: '536365',
  payerId: '17850',
} as const;

const emails: readonly EmailRequested[] = [
  { ...about, status: 'payment_received', pence: 123456 },
  { ...about, status: 'payment_declined', pence: 123456, reason: 'insufficient_funds' },
  { ...about, status: 'payment_refunded', pence: 123456, refundId: 'C536379' },
  { ...about, status: 'product_shipped' },
  { ...about, status: 'product_delivered' },
];

test.each(emails)('$status names the order and, where there is one, the amount', (email) => {
  const { to, subject, text, date } = render(email, 'shop.example');
  expect(to).toBe('17850@shop.example');
  expect(date).toBe(email.occurredAt);
  expect(subject).not.toMatch(/[\r\n]/);
  expect(text).toContain('order 536365');
  if ('pence' in email) expect(text).toContain('£1,234.56');
});

test('an e-mail has one Message-ID however often it is rendered, and no other has it', () => {
  const ids = [...emails, ...emails].map((email) => render(email, 'shop.example').messageId);
  expect(new Set(ids).size).toBe(emails.length);
  expect(ids[0]).toBe('<payment_received.536365@shop.example>');
});

test('any order and payer make a valid Message-ID and address, different ones different ones', () => {
  const local = /^[A-Za-z0-9%-]+$/;
  const character = fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCodePoint(code));
  const text = fc.string({ unit: character, minLength: 1 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const ids = [one, other].map((orderId) =>
        messageIdOf({ ...about, orderId, status: 'product_shipped' }, 'shop.example'),
      );
      for (const id of ids)
        expect(id.slice('<product_shipped.'.length, -'@shop.example>'.length)).toMatch(local);
      expect(addressOf(one, 'shop.example')).toBe(ids[0]?.slice('<product_shipped.'.length, -1));
      expect(ids[0] === ids[1]).toBe(one === other);
    }),
  );
});
