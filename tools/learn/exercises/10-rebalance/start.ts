import { onBatch, type Running, type Streams, topic } from '@millrace/streams';

interface Sale {
  readonly till: string;
  readonly pence: number;
}

const sales = topic<Sale>('sales', { key: ({ till }) => till });
const sums = topic<{ readonly pence: number }>('sums');

/** Adds up sales and publishes sums, several sales in one. Partitions may move to another member at any time. */
export function start(streams: Streams): Promise<Running> {
  let sum = 0;
  let count = 0;
  return streams.run({
    group: 'totals',
    mode: 'partitioned',
    delivery: 'exactly-once',
    routes: [
      onBatch(sales, 10, (messages, context) => {
        for (const { value } of messages) {
          sum += value.pence;
          count += 1;
        }
        if (count < 10) return;
        context.send(sums, { pence: sum });
        sum = 0;
        count = 0;
      }),
    ],
  });
}
