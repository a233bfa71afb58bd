import type { BatchHandler } from '@millrace/streams';
import type { PositionsInMemory } from '../adapters/positions-in-memory.ts';

/** Counts each message once: the position moves in the same synchronous step. */
export function counter<Value>(
  positions: PositionsInMemory,
  add: (event: Value) => void,
): BatchHandler<Value> {
  return (messages, context) => {
    positions.advance(context);
    for (const { value } of messages) add(value);
  };
}
