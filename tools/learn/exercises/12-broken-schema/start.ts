import { on, type Running, type Streams, topic } from '@millrace/streams';
import { z } from 'zod';

interface Payment {
  readonly orderId: string;
  readonly pence: number;
}

/** Since last week the amount is `{ pence, currency }`; before it was a number of pence. */
const schema: z.ZodType<Payment> = z
  .object({ orderId: z.string(), amount: z.object({ pence: z.int(), currency: z.string() }) })
  .transform(({ orderId, amount }) => ({ orderId, pence: amount.pence }));

const payments = topic<Payment>('payments', { schema, key: ({ orderId }) => orderId });
const booked = topic<Payment>('booked', { key: ({ orderId }) => orderId });

export function start(streams: Streams): Promise<Running> {
  return streams.run({
    group: 'books',
    mode: 'partitioned',
    delivery: 'exactly-once',
    routes: [
      on(payments, ({ value }, context) => {
        context.send(booked, { orderId: value.orderId, pence: value.pence });
      }),
    ],
  });
}
