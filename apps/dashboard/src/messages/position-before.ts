import type { Position } from '@millrace/streams';

const lastSequence = 18_446_744_073_709_551_615n;

/** Where a read begins that is to return this record first; undefined for the first of all. Knows numbers and Redis ids. */
export function positionBefore({ topic, partition, offset }: Position): Position | undefined {
  const before = offsetBefore(offset);
  return before === undefined ? undefined : { topic, partition, offset: before };
}

function offsetBefore(offset: string): string | undefined {
  if (/^\d+$/.test(offset)) return BigInt(offset) === 0n ? undefined : String(BigInt(offset) - 1n);
  const [, time, sequence] = /^(\d+)-(\d+)$/.exec(offset) ?? [];
  if (time === undefined || sequence === undefined) return undefined;
  if (BigInt(sequence) > 0n) return `${time}-${BigInt(sequence) - 1n}`;
  return BigInt(time) === 0n ? undefined : `${BigInt(time) - 1n}-${lastSequence}`;
}
