import type { End, Position, Start } from '@millrace/streams';
import { parseDuration } from '../command-line/parameters.ts';
import { UsageError } from '../usage-error.ts';

const forms =
  'earliest, latest, a time (@-1h, @now, @2026-01-31T06:00:00Z) or a position (partition:offset, topic:partition:offset)';

export interface Place {
  readonly start: Start;
  /** The one partition that a position speaks of. */
  readonly partition?: number;
}

/** Where reading begins. A position is included. */
export function parseStart(text: string, topic: string, now: number): Place {
  if (text === 'earliest' || text === '-') return { start: 'earliest' };
  if (text === 'latest' || text === '$') return { start: 'latest' };
  if (text.startsWith('@')) return { start: { at: parseTime(text, now) } };
  const position = parsePlace(text, topic);
  const before = offsetBefore(position.offset);
  return {
    start: before === undefined ? 'earliest' : { after: { ...position, offset: before } },
    partition: position.partition,
  };
}

/** Where reading begins, after a position. */
export function parseAfter(text: string, topic: string): Place {
  const position = parsePlace(text, topic);
  return { start: { after: position }, partition: position.partition };
}

/** Where reading ends: a time is excluded, a position included. */
export function parseEnd(text: string, topic: string, now: number): { end: End; partition?: number } {
  if (text === 'now' || text === 'latest' || text === '+') return { end: 'now' };
  if (text.startsWith('@')) return { end: { at: parseTime(text, now) } };
  const position = parsePlace(text, topic);
  return { end: { through: position }, partition: position.partition };
}

/** Refuses a stretch that ends before it begins; what lies in different partitions has no order. */
export function checkOrder(
  { start }: Place,
  end: End | undefined,
  texts: readonly [from: string, to: string],
): void {
  if (typeof start === 'string' || typeof end !== 'object') return;
  const backwards =
    ('at' in start && 'at' in end && end.at < start.at) ||
    ('after' in start &&
      'through' in end &&
      start.after.partition === end.through.partition &&
      compare(end.through.offset, start.after.offset) < 0);
  if (backwards) throw new UsageError(`${texts[1]} lies before ${texts[0]}: give the earlier one first`);
}

/** `@-30m:@now` as its two halves; undefined when the text is no range. */
export function splitRange(text: string): readonly [from: string, to: string] | undefined {
  const at = text.indexOf(':@');
  return at < 0 ? undefined : [text.slice(0, at), text.slice(at + 1)];
}

/** `@now`, `@-1h`, `@2026-01-31T06:00:00Z` or `@` and milliseconds since 1970. */
export function parseTime(text: string, now: number): Date {
  const value = text.slice(1);
  if (value === 'now') return new Date(now);
  const ago = value.startsWith('-') ? parseDuration(value.slice(1)) : undefined;
  if (ago !== undefined) return new Date(now - ago);
  const date = /^\d{10,}$/.test(value) ? new Date(Number(value)) : new Date(value);
  if (!Number.isNaN(date.getTime())) return date;
  throw new UsageError(`${text} is no time; write @-30m, @now, @2026-01-31T06:00:00Z or @1769839200000`);
}

/** A position of the topic: `topic:partition:offset`, or without the topic. */
export function parsePlace(text: string, topic: string): Position {
  const match = /^(?:(.+):)?(\d+):(\d+(?:-\d+)?)$/.exec(text);
  if (!match) throw new UsageError(`${text} is no place in ${topic}; write ${forms}`);
  const [, named = topic, partition = '', offset = ''] = match;
  if (named !== topic) throw new UsageError(`${text} is a position of ${named}, not of ${topic}`);
  return { topic, partition: Number(partition), offset };
}

/** Offsets are numbers, on Redis two. */
function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((offset) => offset.split('-').map(BigInt));
  const difference = (a?.[0] ?? 0n) - (b?.[0] ?? 0n) || (a?.[1] ?? 0n) - (b?.[1] ?? 0n);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const lastSequence = '18446744073709551615';

/** The offset right before one, as numbers go; undefined before the first. */
function offsetBefore(offset: string): string | undefined {
  const [milliseconds = '', sequence] = offset.split('-');
  const previous = (text: string): string => String(BigInt(text) - 1n);
  if (sequence === undefined) return /^0+$/.test(offset) ? undefined : previous(offset);
  if (!/^0+$/.test(sequence)) return `${milliseconds}-${previous(sequence)}`;
  return /^0+$/.test(milliseconds) ? undefined : `${previous(milliseconds)}-${lastSequence}`;
}
