import { columnsOf } from './flow.ts';
import type { Brush } from './paint.ts';

const gap = '  ';
const numeric = /^[-–]$|^[\d.,]+( ?(s|ms|MB|kB|µs|B|%))?(\/s)?$/;

/** A table with a line below its head; columns of numbers are aligned to the right. */
export function drawTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  { indent = 0, faint = asItIs }: { readonly indent?: number; readonly faint?: Brush['faint'] } = {},
): string {
  const cells = columns.map((_, column) => rows.map((row) => row[column] ?? ''));
  const widths = columns.map((name, column) =>
    Math.max(columnsOf(name), ...(cells[column] ?? []).map(columnsOf)),
  );
  const right = cells.map((column) => {
    const written = column.filter((cell) => cell !== '');
    return written.length > 0 && written.every((cell) => numeric.test(cell));
  });
  const line = (row: readonly string[]): string =>
    columns
      .map((_, column) => {
        const cell = row[column] ?? '';
        const room = ' '.repeat((widths[column] ?? 0) - columnsOf(cell));
        return right[column] ? room + cell : cell + room;
      })
      .join(gap)
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join(gap);
  const pad = ' '.repeat(indent);
  return [faint(line(columns)), faint(rule), ...rows.map(line)].map((text) => pad + text).join('\n');
}

function asItIs(text: string): string {
  return text;
}
