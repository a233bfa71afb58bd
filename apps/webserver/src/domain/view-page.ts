import type { PageViewed, RequestLogged } from '@millrace/events';
import { combinedFormat, firstWrongField } from './combined-format.ts';

const timeFormat = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export type View =
  | { readonly outcome: 'viewed'; readonly page: PageViewed }
  | { readonly outcome: 'malformed'; readonly reason: string };

/** Reads a raw line. A well-formed one whose time cannot be real is a view at the time when it was logged. */
export function viewPage(request: RequestLogged): View {
  const groups = combinedFormat.exec(request.line)?.groups;
  if (!groups) return malformed(firstWrongField(request.line));
  const { client = '', time = '', method = '', target = '', status = '' } = groups;
  const { bytes = '', referrer = '', agent = '' } = groups;
  const size = sizeOf(bytes);
  if (size === undefined) return malformed('size');
  const page: PageViewed = {
    type: 'PageViewed',
    occurredAt: momentOf(time) ?? request.occurredAt,
    requestId: request.requestId,
    client,
    method,
    target,
    status,
    bytes: size,
    referrer,
    agent,
  };
  return { outcome: 'viewed', page };
}

function malformed(field: string): View {
  return { outcome: 'malformed', reason: `not the Apache combined format: wrong ${field}` };
}

/** A size in bytes: `-` is 0, digits are any script's. Undefined for more than 2^53 − 1, which cannot be counted exactly. */
function sizeOf(text: string): number | undefined {
  if (text === '-') return 0;
  const size = Number(text.replace(/[^0-9]/gu, latinDigit));
  return Number.isSafeInteger(size) ? size : undefined;
}

/** Unicode's decimal digits come in runs from zero to nine. */
function latinDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}

/** `17/May/2015:10:05:03 +0200` as ISO 8601 in UTC; undefined when there is no such time. */
function momentOf(text: string): string | undefined {
  const [, day, monthName, year, clock, offsetHours, offsetMinutes] = timeFormat.exec(text) ?? [];
  const month = String(months.indexOf(monthName ?? '') + 1).padStart(2, '0');
  const local = Date.parse(`${year}-${month}-${day}T${clock}Z`);
  const moment = new Date(`${year}-${month}-${day}T${clock}${offsetHours}:${offsetMinutes}`);
  const exists = !Number.isNaN(moment.getTime()) && new Date(local).getUTCDate() === Number(day);
  return exists ? moment.toISOString() : undefined;
}
