import { openHandWrittenStage } from './hand-written-stage.ts';
import { openOurStage } from './our-stage.ts';
import type { FromStage, StageOrder } from './stage.ts';

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
