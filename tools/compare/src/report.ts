import { type Bar, barChart, latencyChart } from './charts.ts';
import { name } from './conclusion.ts';
import type { BackendFigures, Comparison } from './figures.ts';

/** One file that loads nothing from elsewhere. */
export function htmlReport(comparison: Comparison): string {
  const { backends, workload, machine, measuredAt, conclusion } = comparison;
  const charts = bars.map((bar) => `<figure>${barChart(bar, backends)}</figure>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Redis or Kafka, for this load</title><style>${style}</style></head><body><main>
<h1>Redis or Kafka, for this load</h1>
<div class="conclusion">${conclusion.map((sentence) => `<p>${escaped(sentence)}</p>`).join('')}</div>
<h2>The load</h2>
<dl>${Object.entries(workload)
    .map(([term, value]) => `<div><dt>${escaped(term)}</dt><dd>${escaped(String(value))}</dd></div>`)
    .join('')}</dl>
<h2>How much, and at what price</h2>
<div class="charts">${charts.join('')}</div>
<h2>How soon a record is handled</h2>
<p>An open-loop producer sends ${backends.map((each) => `${whole(each.pacedRate)} a second to ${name(each.backend)}`).join(', ')}; a record’s time runs from when it was to be sent, also when it was sent late.</p>
<figure>${latencyChart(backends)}</figure>
${table(
  [
    'backend',
    ...(backends[0]?.latencyMs.map(({ percentile }) =>
      percentile === 100 ? 'slowest' : `${percentile} %`,
    ) ?? []),
  ],
  backends.map(({ backend, latencyMs }) => [backend, ...latencyMs.map(({ ms }) => `${one(ms)} ms`)]),
)}
<h2>What was lost when the leader was killed</h2>
${lostTable(backends)}
<h2>Notes</h2>
<ul>${backends.flatMap(({ backend, notes }) => notes.map((note) => `<li>${escaped(backend)}: ${escaped(note)}</li>`)).join('') || '<li>none</li>'}</ul>
<footer>${escaped(machine)} · ${escaped(measuredAt.slice(0, 16).replace('T', ' '))}</footer>
</main></body></html>
`;
}

const bars: readonly Bar[] = [
  {
    title: 'As fast as it can',
    unit: 'records/s',
    better: 'more',
    amountOf: ({ throughput }) => throughput,
    format: whole,
  },
  {
    title: 'Until a killed consumer’s work went on',
    unit: 'ms',
    better: 'less',
    amountOf: ({ failoverMs }) => failoverMs,
    format: whole,
  },
  {
    title: 'Processor time of the clients for a record',
    unit: 'µs',
    better: 'less',
    amountOf: ({ clientCpuUs }) => clientCpuUs,
    format: one,
  },
  {
    title: 'Processor time of the server for a record',
    unit: 'µs',
    better: 'less',
    amountOf: ({ serverCpuUs }) => serverCpuUs,
    format: one,
  },
  {
    title: 'Memory of the server at the end',
    unit: 'MB',
    better: 'less',
    amountOf: ({ serverMemory }) => serverMemory,
    format: (bytes) => whole(bytes / 1e6),
  },
  {
    title: 'Disk for a record',
    unit: 'bytes',
    better: 'less',
    amountOf: ({ diskPerRecord }) => diskPerRecord,
    format: whole,
  },
];

function lostTable(backends: readonly BackendFigures[]): string {
  const rows = backends.flatMap(({ backend, acksLost }) =>
    acksLost.map(({ acks, sent, lost }) => [backend, acks, whole(sent), whole(lost)]),
  );
  return rows.length === 0
    ? '<p>Not measured.</p>'
    : table(['backend', 'acknowledged by', 'sent', 'lost'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (kind: 'th' | 'td', row: readonly string[]): string =>
    row.map((cell) => `<${kind}>${escaped(cell)}</${kind}>`).join('');
  return `<div class="scroll"><table><thead><tr>${cells('th', head)}</tr></thead><tbody>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</tbody></table></div>`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function one(value: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const style = `
:root{color-scheme:light dark;--ground:#f4f6f7;--panel:#fff;--text:#14202a;--quiet:#4c5b66;--line:#d3dadd;--embedded:#117733;--redis:#b5483a;--kafka:#2b6fb3}
@media (prefers-color-scheme:dark){:root{--ground:#0d1318;--panel:#151d24;--text:#e8eef2;--quiet:#a3b1bb;--line:#2a3640;--embedded:#55c27a;--redis:#f0907f;--kafka:#7fb8f0}}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:70rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.1rem;margin:2rem 0 .6rem}
.conclusion p{margin:.2rem 0}.conclusion{background:var(--panel);border:1px solid var(--line);border-left:4px solid #14657c;border-radius:10px;padding:1rem;font-size:1.05rem}
dl{display:flex;flex-wrap:wrap;gap:.5rem 1.6rem;margin:0}dt{color:var(--quiet);font-size:.82rem}dd{margin:0;font-weight:600}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));gap:1rem}
figure{margin:0;background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:1rem}
svg{width:100%;height:auto;display:block}svg text{fill:var(--text);font-size:13px}svg .title{font-weight:600;font-size:14px}svg .best{font-weight:700}svg .quiet{fill:var(--quiet);font-size:12px}svg .grid{stroke:var(--line)}
.of-embedded{fill:var(--embedded)}.of-redis{fill:var(--redis)}.of-kafka{fill:var(--kafka)}polyline{fill:none;stroke-width:2.5}
.line-embedded{stroke:var(--embedded);stroke-dasharray:2 4}.line-redis{stroke:var(--redis)}.line-kafka{stroke:var(--kafka);stroke-dasharray:9 4}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;background:var(--panel);border:1px solid var(--line);margin-top:1rem}
th,td{text-align:left;padding:.45rem .7rem;border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums}th{color:var(--quiet);font-weight:550}th,td{white-space:nowrap}
footer{color:var(--quiet);margin-top:2rem;font-size:.85rem}`;
