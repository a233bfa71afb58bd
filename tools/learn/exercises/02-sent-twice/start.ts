import { on, type Running, type Streams, topic } from '@millrace/streams';

interface Order {
  readonly orderId: string;
}

const orders = topic<Order>('orders', { key: ({ orderId }) => orderId, id: ({ orderId }) => orderId });
const emails = topic<Order>('emails', { key: ({ orderId }) => orderId });

/** Asks for one e-mail for each order, however often a nervous web shop publishes it. */
export function start(streams: Streams): Promise<Running> {
  return streams.run({
    group: 'mailer',
    mode: 'partitioned',
    delivery: 'exactly-once',
    routes: [
      on(orders, ({ value }, context) => {
        context.send(emails, value);
      }),
    ],
  });
}
