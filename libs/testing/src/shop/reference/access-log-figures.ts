import type { AccessLogFigures, Counts } from './figures.ts';

/** What a replay of the lines must report; they may still have their ends. */
export function accessLogFigures(lines: Iterable<string>): AccessLogFigures {
  const byStatus: Counts = {};
  let read = 0;
  let malformed = 0;
  let bytes = 0;
  for (const line of lines) {
    const text = line.replace(/[\r\n]+$/, '');
    if (!text) continue;
    read++;
    const [, status, size] = wellFormed.exec(text) ?? [];
    if (!status) {
      malformed++;
      continue;
    }
    bytes += size === '-' ? 0 : Number(size);
    byStatus[status] = (byStatus[status] ?? 0) + 1;
  }
  return { lines: read, pageViews: read - malformed, malformed, bytes, byStatus };
}

const wellFormed =
  /^\S+ \S+ \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "[A-Z]+ \S+(?: HTTP\/[\d.]+)?" (\d{3}) (\d+|-) "(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*"$/;
