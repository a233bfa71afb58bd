import Table from 'cli-table3';

export type Cell = string | number | undefined;

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => Cell;
  readonly align?: 'right';
}

const bare = {
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
  middle: '  ',
};

/** Columns with a line below their titles; numbers end below each other, and what is unknown is a hyphen. */
export function drawTable<Row>(columns: readonly Column<Row>[], rows: readonly (readonly Cell[])[]): string {
  const table = new Table({
    head: columns.map(({ title }) => title.toUpperCase()),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: bare,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(row.map((cell) => (cell === undefined ? '-' : String(cell))));
  const [head = '', ...lines] = table.toString().split('\n');
  const width = Math.max(...[head, ...lines].map((line) => line.trimEnd().length));
  return [head, '─'.repeat(width), ...lines].map((line) => line.trimEnd()).join('\n');
}
