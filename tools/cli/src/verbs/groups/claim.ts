import { formatPosition, type Position, parsePosition } from '@millrace/streams';
import { UsageError } from '../../usage-error.ts';
import type { Run } from '../../verb.ts';

const usualIdleMs = 30_000;

/** Exit 1 when a position that was named is not moved. */
export const run: Run = async ({ connect, parameters, output }) => {
  const group = parameters.argument(0);
  const member = parameters.argument(1);
  const named = parameters.rest(2).map(toPosition);
  const minIdleMs = parameters.duration('minIdle') ?? usualIdleMs;
  const { streams } = await connect();
  const positions =
    named.length > 0
      ? named
      : (await streams.admin.pending(group, { limit: parameters.integer('limit', 1) ?? 100 }))
          .filter(({ idleMs }) => idleMs >= minIdleMs)
          .map(({ position }) => position);
  const moved =
    positions.length === 0 ? [] : await streams.admin.claim(group, member, { positions, minIdleMs });
  for (const position of moved) {
    const { topic, partition, offset } = position;
    await output.value({ topic, partition, offset, member }, () => `${formatPosition(position)} → ${member}`);
  }
  if (moved.length === 0) output.message('nothing was claimed: nothing of it was idle for long enough');
  return moved.length < named.length ? 1 : 0;
};

function toPosition(text: string): Position {
  const position = parsePosition(text);
  if (position) return position;
  throw new UsageError(`${text} is no position; write topic:partition:offset`);
}
