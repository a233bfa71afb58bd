import { checkOrder, parseEnd, parseStart } from '../../input/time-or-position.ts';
import { UsageError } from '../../usage-error.ts';
import type { Run } from '../../verb.ts';
import { printRecords } from './print-records.ts';

export const run: Run = async (call) => {
  const name = call.parameters.argument(0);
  const now = Date.now();
  const [from, to] = [call.parameters.argument(1), call.parameters.argument(2)];
  const place = parseStart(from, name, now);
  const { start, partition } = place;
  const { end, partition: last } = parseEnd(to, name, now);
  checkOrder(place, end, [from, to]);
  if (partition !== undefined && last !== undefined && partition !== last)
    throw new UsageError(`a range lies in one partition, not in ${partition} and ${last}`);
  await printRecords(call, { topic: name, start, end, partition: partition ?? last });
  return 0;
};
