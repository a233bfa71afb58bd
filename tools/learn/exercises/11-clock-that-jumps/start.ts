import type { World } from '@millrace/learn/world';
import { on, type Running, type Streams, topic } from '@millrace/streams';

interface Sale {
  readonly till: string;
  readonly pence: number;
  /** ISO 8601, by the clock of the till. */
  readonly occurredAt: string;
}

const sales = topic<Sale>('sales', { key: ({ till }) => till });
const daily = topic<{ readonly day: string; readonly pence: number }>('daily');

/** Books each sale on its day. */
export function start(streams: Streams, world: World): Promise<Running> {
  return streams.run({
    group: 'books',
    mode: 'partitioned',
    delivery: 'exactly-once',
    routes: [
      on(sales, ({ value }, context) => {
        const day = new Date(world.now()).toISOString().slice(0, 10);
        context.send(daily, { day, pence: value.pence });
      }),
    ],
  });
}
