import { describe, expect, it } from 'vitest';
import { decide } from '../../src/domain/decide.ts';
import { captured, declined, refunded } from '../results.ts';

describe('what is paid of an order', () => {
  it('grows with what is captured', () => {
    expect(decide(0, captured('1', 500))).toEqual({ orderId: '1', pence: 500 });
  });

  it('shrinks by what is refunded', () => {
    expect(decide(500, refunded('1', 200))).toEqual({ orderId: '1', pence: 300 });
  });

  it('stays as it is when a payment is declined', () => {
    expect(decide(500, declined('1', 700))).toBeUndefined();
  });
});
