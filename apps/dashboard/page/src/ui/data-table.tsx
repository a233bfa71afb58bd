import type { ComponentChildren, VNode } from 'preact';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** For text; figures stand to the right. */
  readonly left?: boolean;
}

export interface DataTableProps<Row> {
  /** What the table shows, for whoever hears it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What is said instead of a table without rows. */
  readonly empty: ComponentChildren;
}

/** A table whose first column names its rows. What is wider than the screen scrolls, by keyboard too. */
export function DataTable<Row>({ label, columns, rows, keyOf, empty }: DataTableProps<Row>): VNode {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section class="scroll" tabIndex={0} aria-label={`${label}, table`}>
      <table>
        <thead>
          <tr>
            {columns.map(({ title, left }) => (
              <th key={title} scope="col" class={left ? 'left' : ''}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, left }, index) =>
                index === 0 ? (
                  <th key={title} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={title} class={left ? 'left' : ''}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A part of a page with a heading. */
export function Panel({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}): VNode {
  const id = `panel-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  return (
    <section class="panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside ? <span class="spring" /> : null}
        {aside}
      </header>
      {children}
    </section>
  );
}
