import type { VNode } from 'preact';
import type { ComparedBackend, Comparison } from '../../../../src/api/compare.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';

/** One load on several backends: what follows, what was measured, what was lost. */
export function ComparisonView({ name, of: comparison }: { name: string; of: Comparison }): VNode {
  const { backends, conclusion, workload, machine } = comparison;
  const lost = backends.flatMap(({ backend, acksLost }) => acksLost.map((each) => ({ backend, ...each })));
  const notes = backends.flatMap(({ backend, notes: said }) => said.map((note) => `${backend}: ${note}`));
  return (
    <>
      <div class="body stack">
        <p class="notice good">{conclusion.join(' ')}</p>
        <dl class="facts small">
          {Object.entries({ ...workload, machine }).map(([term, value]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{String(value)}</dd>
            </div>
          ))}
        </dl>
      </div>
      <DataTable
        label={`${name}: what was measured`}
        columns={[
          { title: '', cell: ({ title, unit }) => (unit === '' ? title : `${title}, ${unit}`) },
          ...backends.map(({ backend }, index) => ({
            title: backend,
            cell: (measure: Measure) => <Measured measure={measure} backends={backends} index={index} />,
          })),
        ]}
        rows={measures(backends)}
        keyOf={({ title }) => title}
        empty="Nothing was measured."
      />
      <DataTable
        label={`${name}: lost when the leader was killed`}
        columns={lostColumns}
        rows={lost}
        keyOf={({ backend, acks }) => `${backend} ${acks}`}
        empty="No leader was killed."
      />
      {notes.length === 0 ? null : (
        <ul class="body small quiet plain">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </>
  );
}

type Lost = ComparedBackend['acksLost'][number] & { readonly backend: string };

const lostColumns: readonly Column<Lost>[] = [
  { title: 'lost when the leader was killed', cell: ({ backend }) => backend },
  { title: 'acknowledged by', left: true, cell: ({ acks }) => acks },
  { title: 'sent', cell: ({ sent }) => number.format(sent) },
  {
    title: 'lost',
    cell: ({ lost }) => (lost === 0 ? '0' : <strong class="bad-text">{number.format(lost)}</strong>),
  },
];

interface Measure {
  readonly title: string;
  readonly unit: string;
  readonly better: 'more' | 'less' | 'neither';
  readonly of: (backend: ComparedBackend) => number | null;
}

function measures(backends: readonly ComparedBackend[]): readonly Measure[] {
  const percentiles = backends[0]?.latencyMs.map(({ percentile }) => percentile) ?? [];
  return [
    { title: 'Most', unit: 'records/s', better: 'more', of: ({ throughput }) => throughput },
    { title: 'Paced load', unit: 'records/s', better: 'neither', of: ({ pacedRate }) => pacedRate },
    ...percentiles.map(
      (percentile): Measure => ({
        title: percentile === 100 ? 'Slowest at that load' : `${percentile} % within`,
        unit: 'ms',
        better: 'less',
        of: ({ latencyMs }) => latencyMs.find((each) => each.percentile === percentile)?.ms ?? null,
      }),
    ),
    {
      title: 'Clients',
      unit: 'µs of processor a record',
      better: 'less',
      of: ({ clientCpuUs }) => clientCpuUs,
    },
    {
      title: 'Server',
      unit: 'µs of processor a record',
      better: 'less',
      of: ({ serverCpuUs }) => serverCpuUs,
    },
    {
      title: 'Memory of the server',
      unit: 'MB',
      better: 'less',
      of: ({ serverMemory }) => (serverMemory === null ? null : serverMemory / 1e6),
    },
    { title: 'Disk', unit: 'bytes a record', better: 'less', of: ({ diskPerRecord }) => diskPerRecord },
    {
      title: 'A killed consumer’s work goes on after',
      unit: 'ms',
      better: 'less',
      of: ({ failoverMs }) => failoverMs,
    },
  ];
}

/** The value and a bar of it; the best of several is bold. */
function Measured({
  measure,
  backends,
  index,
}: {
  measure: Measure;
  backends: readonly ComparedBackend[];
  index: number;
}): VNode {
  const values = backends.map(measure.of);
  const value = values[index] ?? null;
  if (value === null) return <span class="unknown">unknown</span>;
  const known = values.filter((each) => each !== null);
  const best = measure.better === 'more' ? Math.max(...known) : Math.min(...known);
  const isBest = measure.better !== 'neither' && known.length > 1 && value === best;
  const share = (100 * value) / Math.max(...known, Number.MIN_VALUE);
  return (
    <span class="measured">
      {isBest ? <strong>{number.format(value)}</strong> : number.format(value)}
      {isBest ? <span class="hidden"> (the best)</span> : null}
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6" class="ground" />
        <rect width={share} height="6" class={isBest ? 'bar best' : 'bar'} />
      </svg>
    </span>
  );
}

const number = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 4 });
