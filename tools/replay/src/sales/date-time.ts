import { asciiDigits, spaces } from './text.ts';

const ordinary = /^([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})$/;

/** What Python's `strptime` takes for `%Y-%m-%d %H:%M:%S`; `\p{Nd}` is a digit of any script. */
const lenient = new RegExp(
  String.raw`^(\p{Nd}{4})-(1[0-2]|0[1-9]|[1-9])-(3[01]|[12]\p{Nd}|0[1-9]|[1-9]| [1-9])` +
    spaces +
    String.raw`(2[0-3]|[01]\p{Nd}|\p{Nd}):([0-5]\p{Nd}|\p{Nd}):([0-5]\p{Nd}|\p{Nd})$`,
  'u',
);

/** A time without a zone as ISO 8601 in UTC; undefined when it is none, or none that ever was. */
export function parseDateTime(text: string): string | undefined {
  const parts = ordinary.exec(text) ?? lenient.exec(text)?.map(twoDigits);
  if (!parts) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = parts;
  if (year === '0000' || month === '00' || month > '12') return undefined;
  if (day === '00' || Number(day) > daysIn(Number(year), Number(month))) return undefined;
  if (hour > '23' || minute > '59' || second > '59') return undefined;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}

function twoDigits(part: string): string {
  return asciiDigits(part).trim().padStart(2, '0');
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
