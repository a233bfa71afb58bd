import { on, type Running, type Streams, store, topic } from '@millrace/streams';

interface Order {
  readonly orderId: string;
}

const orders = topic<Order>('orders', { key: () => 'shop', id: ({ orderId }) => orderId });
const emails = topic<Order>('emails');
const seen = store<true>('seen');

/** One e-mail for each order. Repeats come within minutes, so it need not remember more than 50 orders. */
export function start(streams: Streams): Promise<Running> {
  return streams.run({
    group: 'mailer',
    mode: 'partitioned',
    delivery: 'exactly-once',
    stores: [seen],
    routes: [
      on(orders, async ({ value }, context) => {
        const remembered = context.state(seen);
        if (await remembered.get(value.orderId)) return;
        remembered.set(value.orderId, true);
        context.send(emails, value);
      }),
    ],
  });
}
