import { onBatch, type Running, type Streams, topic } from '@millrace/streams';

interface Sale {
  readonly till: string;
  readonly pence: number;
}

const sales = topic<Sale>('sales', { key: ({ till }) => till });
const sums = topic<{ readonly pence: number }>('sums');

/** Adds up sales and publishes sums, several sales in one. Partitions may move to another member at any time. */
export function start(streams: Streams): Promise<Running> {
  return streams.run({
    group: 'totals',
    mode: 'partitioned',
    delivery: 'exactly-once',
    routes: [
      onBatch(sales, 10, (messages, context) => {
        const pence = messages.reduce((sum, { value }) => sum + value.pence, 0);
        context.send(sums, { pence });
      }),
    ],
  });
}
