import { on, type Running, type Streams, topic } from '@millrace/streams';

interface Order {
  readonly orderId: string;
}

const orders = topic<Order>('orders', { key: () => 'shop', id: ({ orderId }) => orderId });
const emails = topic<Order>('emails');

/** One e-mail for each order. Repeats come within minutes, so it need not remember more than 50 orders. */
export function start(streams: Streams): Promise<Running> {
  return streams.run({
    group: 'mailer',
    mode: 'partitioned',
    delivery: 'exactly-once',
    dedupe: { window: { count: 50 } },
    routes: [
      on(orders, ({ value }, context) => {
        context.send(emails, value);
      }),
    ],
  });
}
