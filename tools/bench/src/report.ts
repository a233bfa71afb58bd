import { arch, cpus, platform, totalmem } from 'node:os';
import Table from 'cli-table3';
import type { Cost } from './cost.ts';
import type { Row } from './row.ts';

/** What ran where: a figure without it says nothing. */
export interface Setting {
  readonly at: string;
  readonly node: string;
  readonly machine: string;
  /** The arguments of the bench. */
  readonly parameters: readonly string[];
}

export function settingOf(parameters: readonly string[]): Setting {
  const [first] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return {
    at: new Date().toISOString(),
    node: process.version,
    machine: `${platform()} ${arch()}, ${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${memory}`,
    parameters: parameters.map((text) => text.replace(/:\/\/[^@/]*@/, '://***@')),
  };
}

const costs: readonly (readonly [name: string, of: (cost: Cost) => number | null])[] = [
  ['client µs', ({ clientUs }) => clientUs],
  ['server µs', ({ serverUs }) => serverUs],
  ['bytes allocated', ({ allocated }) => allocated],
  ['bytes on the wire', ({ wire }) => wire],
  ['packets', ({ packets }) => packets],
];

const rateHead = ['case', 'backend', 'ours', 'theirs', 'ratio', 'lowest', 'highest', 'unit', 'reference'];

/** Two tables: how fast, and what a message cost. */
export function tablesOf(rows: readonly Row[]): string {
  const rates = tableOf(rateHead, rows.map(rateCells));
  const { head, cells } = costTable(rows);
  if (cells.length === 0) return rates;
  return `${rates}\nA message cost, ours / theirs:\n${tableOf(head, cells)}`;
}

/** For a terminal or a file: without colours. */
export function tableOf(head: readonly string[], cells: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  table.push(...cells.map((row) => [...row]));
  return table.toString();
}

/** A page of its own, with nothing from elsewhere: a bar for each ratio, its spread, and both tables. */
export function pageOf(rows: readonly Row[], setting: Setting): string {
  const spent = costTable(rows);
  return page(
    'Bench',
    setting,
    `<h2>Ratio, more is better</h2>
${ratioChart(rows)}
<h2>How fast</h2>
${htmlTable(rateHead, rows.map(rateCells))}
<h2>What a message cost, ours / theirs</h2>
${htmlTable(spent.head, spent.cells)}`,
  );
}

export function page(title: string, setting: Setting, body: string): string {
  const facts = [
    setting.at,
    setting.machine,
    `Node ${setting.node}`,
    `bench ${setting.parameters.join(' ')}`,
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}: Millrace</title><meta name="viewport" content="width=device-width">
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 78rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #8885; text-align: right; white-space: nowrap; }
th:first-child, td:first-child, td:last-child, th:last-child { text-align: left; }
svg text { fill: currentColor; font-size: 13px; }
.fact { color: #777; margin: 0; }
.plots { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; }
</style></head><body>
<h1>${escaped(title)}</h1>
${facts.map((fact) => `<p class="fact">${escaped(fact)}</p>`).join('\n')}
${body}
</body></html>
`;
}

function rateCells(row: Row): string[] {
  const digits = /^[mµ]s/.test(row.unit) ? 2 : 0;
  return [
    row.case,
    row.backend,
    figure(row.ours, digits),
    figure(row.theirs, digits),
    row.ratio.toFixed(2),
    ...(row.spread ?? []).map((ratio) => ratio.toFixed(2)),
    ...(row.spread ? [] : ['', '']),
    row.unit,
    row.reference,
  ];
}

/** Only what is known of one case at least. */
function costTable(rows: readonly Row[]): { readonly head: string[]; readonly cells: string[][] } {
  const known = rows.flatMap(({ case: name, costs: both }) => (both ? [{ name, ...both }] : []));
  const columns = costs.filter(([, of]) =>
    known.some(({ ours, theirs }) => (of(ours) ?? of(theirs)) !== null),
  );
  const cell = (value: number | null): string =>
    value === null ? 'unknown' : figure(value, Math.abs(value) < 100 ? 2 : 0);
  return {
    head: ['case', ...columns.map(([title]) => title)],
    cells: known.map(({ name, ours, theirs }) => [
      name,
      ...columns.map(([, of]) => `${cell(of(ours))} / ${cell(of(theirs))}`),
    ]),
  };
}

function figure(value: number, digits: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

/** Bars from 0; the line at 1 is the reference, whiskers go from the lowest to the highest round. */
function ratioChart(rows: readonly Row[]): string {
  const [label, width, height] = [220, 540, 26];
  const most = Math.max(1.2, ...rows.map(({ ratio, spread }) => spread?.[1] ?? ratio));
  const x = (ratio: number): number => label + (ratio / most) * width;
  const bars = rows.map(({ case: name, backend, unit, ratio, spread }, index) => {
    const y = index * (height + 8);
    const what = `${name}${unit === 'messages/s' ? '' : `, ${unit}`} (${backend})`;
    const [low, high] = spread ?? [ratio, ratio];
    return `<text x="0" y="${y + 17}">${escaped(what)}</text><rect x="${label}" y="${y}" width="${x(ratio) - label}" height="${height}" rx="4" fill="${ratio >= 1 ? '#14657c' : '#b5483a'}"/><line x1="${x(low)}" x2="${x(high)}" y1="${y + height / 2}" y2="${y + height / 2}" stroke="currentColor" stroke-width="2"/><text x="${x(Math.max(ratio, high)) + 8}" y="${y + 17}">${ratio.toFixed(2)}</text>`;
  });
  const tall = rows.length * (height + 8);
  const line = `<line x1="${x(1)}" x2="${x(1)}" y1="0" y2="${tall}" stroke="currentColor" stroke-dasharray="4 4"/>`;
  return `<svg role="img" aria-label="Ratios: ${escaped(rows.map((row) => `${row.case} ${row.ratio.toFixed(2)}`).join(', '))}" viewBox="0 0 ${label + width + 60} ${tall}" width="100%">${bars.join('')}${line}</svg>`;
}

export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${line(head, 'th')}${rows.map((row) => line(row, 'td')).join('\n')}</table>`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
