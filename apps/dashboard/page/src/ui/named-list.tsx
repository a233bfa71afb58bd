import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { type Column, DataTable, Panel } from './data-table.tsx';
import { TextField } from './fields.tsx';

interface Named {
  readonly name: string;
}

export interface NamedListProps<Row extends Named> {
  /** Such as `Topics`. */
  readonly title: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly empty: string;
}

/** More rows than this are no longer read by people, and slow down the page every second. */
const mostShown = 200;
const number = new Intl.NumberFormat('en-GB');

/** A table of what has names: where there is much of it, a part of the name chooses. */
export function NamedList<Row extends Named>({ title, columns, rows, empty }: NamedListProps<Row>): VNode {
  const [part, setPart] = useState('');
  const found =
    part === '' ? rows : rows.filter(({ name }) => name.toLowerCase().includes(part.toLowerCase()));
  return (
    <Panel
      title={title}
      aside={
        rows.length === 0 ? null : (
          <TextField label="Name" value={part} placeholder="a part of it" onValue={setPart} />
        )
      }
    >
      {found.length > mostShown || part !== '' ? (
        <p class="small summary" role="status">
          {number.format(found.length)} of {number.format(rows.length)}
          {part === '' ? '' : ` have “${part}” in their names`}
          {found.length > mostShown
            ? `; the first ${mostShown} are shown, a part of the name finds others`
            : ''}
          .
        </p>
      ) : null}
      <DataTable
        label={title}
        columns={columns}
        rows={found.slice(0, mostShown)}
        keyOf={({ name }) => name}
        empty={part === '' ? empty : 'Nothing has this in its name.'}
      />
    </Panel>
  );
}
