const format = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `17/May/2015:10:05:03 +0200` as ISO 8601 in UTC; undefined when there is no such time. */
export function momentOf(text: string): string | undefined {
  const [, day, monthName, year, clock, offsetHours, offsetMinutes] = format.exec(text) ?? [];
  const month = String(months.indexOf(monthName ?? '') + 1).padStart(2, '0');
  const local = Date.parse(`${year}-${month}-${day}T${clock}Z`);
  const moment = new Date(`${year}-${month}-${day}T${clock}${offsetHours}:${offsetMinutes}`);
  const exists = !Number.isNaN(moment.getTime()) && new Date(local).getUTCDate() === Number(day);
  return exists ? moment.toISOString() : undefined;
}
