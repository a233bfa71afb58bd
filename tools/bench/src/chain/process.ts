import { openKafkaStage } from '../references/kafka-stage.ts';
import { openRedisStage } from '../references/redis-stage.ts';
import { openSqliteStage } from '../references/sqlite-stage.ts';
import { openOurStage } from './our-stage.ts';
import type { FromStage, Stage, StageOrder } from './stage.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as StageOrder;
const stage = order.kind === 'ours' ? await openOurStage(order) : await openHandWrittenStage(order);

process.once('disconnect', () => process.exit());
process.once('message', async () => {
  await stage.work();
  tell({ say: 'done', residentMb: process.memoryUsage.rss() / 2 ** 20 });
});
process.on('message', async (message) => {
  if (message !== 'end') return;
  await stage[Symbol.asyncDispose]();
  process.disconnect?.();
});
tell({ say: 'ready' });

function tell(message: FromStage): void {
  process.send?.(message);
}

/** A process of the chain written by hand on the raw client of the place's backend. */
async function openHandWrittenStage(order: StageOrder): Promise<Stage> {
  if (order.place.startsWith('sqlite:')) return openSqliteStage(order, order.place.slice('sqlite:'.length));
  if (/^rediss?:/.test(order.place)) return openRedisStage(order);
  if (order.place.startsWith('kafka://')) return openKafkaStage(order);
  throw new Error(`there is no hand-written chain for ${order.place}`);
}
