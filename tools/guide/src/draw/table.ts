import Table from 'cli-table3';

/** A table without vertical lines. */
export function drawTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  indent = 0,
): string {
  const table = new Table({
    head: [...columns],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '',
    },
  });
  table.push(...rows.map((row) => [...row]));
  const pad = ' '.repeat(indent);
  return table
    .toString()
    .split('\n')
    .map((line) => `${pad}${line.trimEnd()}`)
    .join('\n');
}
