import { checkOrder, parseAfter, parseEnd, parseStart, splitRange } from '../../input/time-or-position.ts';
import { UsageError } from '../../usage-error.ts';
import type { Call, Run } from '../../verb.ts';
import { consumeAsMember } from './consume-as-member.ts';
import { printRecords, type Stretch } from './print-records.ts';

export const run: Run = async (call) => {
  const { parameters } = call;
  if (parameters.flag('follow') && parameters.flag('untilEnd'))
    throw new UsageError('--follow goes on and --until-end ends: give one of them');
  if (parameters.text('group') !== undefined) return await consumeAsMember(call);
  await printRecords(call, stretchOf(call));
  return 0;
};

function stretchOf({ parameters }: Pick<Call, 'parameters'>): Stretch {
  const topic = parameters.argument(0);
  const now = Date.now();
  const after = parameters.text('after');
  const from = parameters.text('from');
  if (from !== undefined && after !== undefined) throw new UsageError('give --from or --after, not both');
  const range = from === undefined ? undefined : splitRange(from);
  const to = range?.[1] ?? parameters.text('to');
  const begin = after ?? range?.[0] ?? from ?? 'earliest';
  const place = after === undefined ? parseStart(begin, topic, now) : parseAfter(after, topic);
  const { start, partition } = place;
  const last = to === undefined ? undefined : parseEnd(to, topic, now);
  if (to !== undefined && parameters.flag('follow'))
    throw new UsageError('--follow goes on for ever: it cannot be used with an end');
  checkOrder(place, last?.end, [begin, to ?? '']);
  const end = last?.end ?? (parameters.flag('follow') ? undefined : 'now');
  return { topic, start, ...(end === undefined ? {} : { end }), partition: partition ?? last?.partition };
}
