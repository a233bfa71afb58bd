import { parseEnd, parseStart } from '../../input/time-or-position.ts';
import { UsageError } from '../../usage-error.ts';
import type { Run } from '../../verb.ts';
import { printRecords } from './print-records.ts';

export const run: Run = async (call) => {
  const name = call.parameters.argument(0);
  const now = Date.now();
  const { start, partition } = parseStart(call.parameters.argument(1), name, now);
  const { end, partition: last } = parseEnd(call.parameters.argument(2), name, now);
  if (partition !== undefined && last !== undefined && partition !== last)
    throw new UsageError(`a range lies in one partition, not in ${partition} and ${last}`);
  await printRecords(call, { topic: name, start, end, partition: partition ?? last });
  return 0;
};
