import { stripVTControlCharacters } from 'node:util';
import { columnsOf, cut } from './flow.ts';

/** Two texts as two columns of the same width; a line that is longer loses its colours and its end. */
export function besideEachOther(
  left: readonly string[],
  right: readonly string[],
  width: number,
  between: string,
): string[] {
  const rows = Math.max(left.length, right.length);
  return Array.from({ length: rows }, (_, row) =>
    `${fitted(left[row] ?? '', width)}${between}${fitted(right[row] ?? '', width)}`.trimEnd(),
  );
}

function fitted(line: string, width: number): string {
  const columns = columnsOf(line);
  if (columns <= width) return line + ' '.repeat(width - columns);
  return cut(stripVTControlCharacters(line), width);
}
