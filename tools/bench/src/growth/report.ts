import { escaped, htmlTable, page, type Setting, tableOf } from '../report.ts';
import type { MeasuredLine } from './measure-growth.ts';
import { type Figures, leaseMs } from './measure-point.ts';

interface Column {
  readonly title: string;
  readonly of: (figures: Figures) => number;
  readonly digits: number;
}

const columns: readonly Column[] = [
  { title: 'messages/s', of: ({ rate }) => rate, digits: 0 },
  { title: 'µs a message', of: ({ messageUs }) => messageUs, digits: 1 },
  { title: 'memory, MB', of: ({ memory }) => memory / 1e6, digits: 0 },
  { title: 'sockets', of: ({ sockets }) => sockets, digits: 0 },
  { title: 'idle, % of a core', of: ({ idle }) => idle, digits: 2 },
  { title: 'joining, ms', of: ({ joinMs }) => joinMs, digits: 0 },
  { title: 'take-over, ms', of: ({ takeOverMs }) => takeOverMs, digits: 0 },
];

export function growthTables(lines: readonly MeasuredLine[]): string {
  return lines
    .map((line) => [tableOf(headOf(line), cellsOf(line)), ...notMeasured(line)].join('\n'))
    .join('\n');
}

/** A page of its own, with nothing from elsewhere: for each line its figures as small plots, and the table. */
export function growthPage(lines: readonly MeasuredLine[], setting: Setting): string {
  const sections = lines.map(
    (line) => `<h2>${escaped(line.counts)}</h2>
<div class="plots">${columns.map((column) => plot(line, column)).join('')}</div>
${htmlTable(headOf(line), cellsOf(line))}
${notMeasured(line)
  .map((text) => `<p>${escaped(text)}</p>`)
  .join('')}`,
  );
  const note = `The horizontal axes are logarithmic, the vertical ones begin at 0. A dead member's leases last ${leaseMs} ms.`;
  return page('How the cost of a member grows', setting, `<p>${note}</p>\n${sections.join('\n')}`);
}

function headOf({ counts }: MeasuredLine): string[] {
  return [counts, ...columns.map(({ title }) => title)];
}

function cellsOf({ points }: MeasuredLine): string[][] {
  return points.map(({ at, figures }) => [
    at.toLocaleString('en'),
    ...columns.map(({ of, digits }) => (typeof figures === 'string' ? '' : numberText(of(figures), digits))),
  ]);
}

function notMeasured({ points, counts }: MeasuredLine): string[] {
  return points.flatMap(({ at, figures }) =>
    typeof figures === 'string' ? [`Not measured: ${at.toLocaleString('en')} ${counts}: ${figures}`] : [],
  );
}

function numberText(value: number, digits: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

function plot({ counts, points }: MeasuredLine, { title, of, digits }: Column): string {
  const [width, height, left, top] = [220, 90, 8, 26];
  const known = points.flatMap(({ at, figures }) =>
    typeof figures === 'string' ? [] : [{ at, value: of(figures) }],
  );
  const [low, high] = [Math.log(points[0]?.at ?? 1), Math.log(points[points.length - 1]?.at ?? 1)];
  const most = Math.max(...known.map(({ value }) => value), Number.MIN_VALUE);
  const dots = known.map(({ at, value }) => ({
    x: left + ((Math.log(at) - low) / (high - low || 1)) * width,
    y: top + height * (1 - value / most),
    text: `${at.toLocaleString('en')}: ${numberText(value, digits)}`,
  }));
  const label = `${title} over ${counts}: ${dots.map(({ text }) => text).join('; ')}`;
  const way = dots.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const marks = dots.map(
    ({ x, y, text }) =>
      `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3.5" fill="#14657c"><title>${escaped(text)}</title></circle>`,
  );
  const base = `<line x1="${left}" x2="${left + width}" y1="${top + height}" y2="${top + height}" stroke="#8888"/>`;
  return `<svg role="img" aria-label="${escaped(label)}" viewBox="0 0 ${width + 2 * left} ${height + top + 8}" width="${width + 2 * left}"><text x="${left}" y="14">${escaped(title)}, up to ${numberText(most, digits)}</text>${base}<polyline points="${way}" fill="none" stroke="#14657c" stroke-width="2"/>${marks.join('')}</svg>`;
}
