import type { VNode } from 'preact';
import type { CompareReport } from '../../../../src/api/compare.ts';
import { useFetched } from '../../api/client.ts';
import { type Column, DataTable, Panel } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/format.tsx';
import { Shown } from '../../ui/states.tsx';
import { ComparisonView } from './comparison.tsx';

/** What `npm run compare` measured. Any other report is shown as the tables that it holds. */
export function ComparePage(): VNode {
  const reports = useFetched<readonly CompareReport[]>('api/compare', 30_000);
  return (
    <Shown of={reports}>
      {(all) =>
        all.length === 0 ? (
          <p class="empty">
            There is no report yet. <code>npm run compare</code> writes one to data/compare; it is shown here.
          </p>
        ) : (
          <div class="stack">
            {all.map((report) => (
              <Report key={report.name} of={report} />
            ))}
          </div>
        )
      }
    </Shown>
  );
}

function Report({ of: { name, writtenAt, report, comparison, hasPage } }: { of: CompareReport }): VNode {
  return (
    <Panel
      title={
        comparison
          ? `${comparison.backends.map(({ backend }) => backend).join(' or ')}: ${name}`
          : (titleOf(report) ?? name)
      }
      aside={
        <span class="row small">
          <Moment at={writtenAt} />
          {hasPage ? <a href={`compare/${encodeURIComponent(name)}.html`}>the whole report</a> : null}
        </span>
      }
    >
      {comparison ? (
        <ComparisonView name={name} of={comparison} />
      ) : (
        <AnyReport name={name} report={report} />
      )}
    </Panel>
  );
}

function AnyReport({ name, report }: { name: string; report: unknown }): VNode {
  return (
    <>
      {report === null ? <p class="empty">The file cannot be read as JSON.</p> : null}
      {factsOf(report).length === 0 ? null : (
        <dl class="pairs small body">
          {factsOf(report).map(([key, value]) => (
            <div key={key}>
              <dt>{words(key)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {tablesIn(report).map(({ title, rows }) => (
        <DataTable
          key={title}
          label={`${name}: ${title}`}
          columns={columnsOf(rows)}
          rows={rows}
          keyOf={(row) => JSON.stringify(row)}
          empty="It has no rows."
        />
      ))}
    </>
  );
}

type Row = Readonly<Record<string, unknown>>;

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function titleOf(report: unknown): string | undefined {
  return isRow(report) && typeof report['title'] === 'string' ? report['title'] : undefined;
}

/** Every list of rows in a report, under its name. */
function tablesIn(report: unknown): readonly { readonly title: string; readonly rows: readonly Row[] }[] {
  if (Array.isArray(report)) return [{ title: 'rows', rows: report.filter(isRow) }];
  if (!isRow(report)) return [];
  return Object.entries(report).flatMap(([title, value]) =>
    Array.isArray(value) && value.every(isRow) && value.length > 0 ? [{ title, rows: value }] : [],
  );
}

function factsOf(report: unknown): readonly (readonly [string, string])[] {
  if (!isRow(report)) return [];
  return Object.entries(report).flatMap(([key, value]) =>
    key !== 'title' && ['string', 'number', 'boolean'].includes(typeof value)
      ? [[key, textOf(value)] as const]
      : [],
  );
}

function columnsOf(rows: readonly Row[]): readonly Column<Row>[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return names.map((name) => ({
    title: words(name),
    cell: (row) => textOf(row[name]),
    left: rows.some((row) => typeof row[name] === 'string'),
  }));
}

const number = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'unknown';
  if (typeof value === 'number') return number.format(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `messagesPerSecond` as `messages per second`. */
function words(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]/g, ' ')
    .toLowerCase();
}
