import { type Position, StreamsError } from '@millrace/streams';

const pattern = /^(\d{1,20})(?:-(\d{1,20}))?$/;
const maxSequence = 18_446_744_073_709_551_615n;

/** Before every entry. */
export const zeroId = '0-0';

/** Entry ids by their milliseconds, then by their sequence. */
export function compareIds(a: string, b: string): number {
  const [aDash, bDash] = [a.indexOf('-'), b.indexOf('-')];
  return (
    compareDigits(a.slice(0, aDash), b.slice(0, bDash)) ||
    compareDigits(a.slice(aDash + 1), b.slice(bDash + 1))
  );
}

export function timeOf(id: string): number {
  return Number(id.slice(0, id.indexOf('-')));
}

/** The id before a time's first one: reading after it begins at that time. */
export function idBefore(time: number): string {
  return time <= 0 ? zeroId : `${Math.floor(time) - 1}-${maxSequence}`;
}

/** The position's offset as a full id; INVALID_ARGUMENT when it is none. */
export function idOf(position: Position): string {
  const match = pattern.exec(position.offset);
  if (match) return `${match[1]}-${match[2] ?? '0'}`;
  throw new StreamsError(
    'INVALID_ARGUMENT',
    `the offset ${JSON.stringify(position.offset)} in ${position.topic}:${position.partition} is no id of a Redis stream, which looks like 1700000000000-0`,
  );
}

/** Digits without leading zeros compare by length, then as texts. */
function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
