import type { BackendFigures } from './figures.ts';

export interface Bar {
  readonly title: string;
  /** Written after each value, and read out with the title. */
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly amountOf: (figures: BackendFigures) => number | null;
  readonly format: (value: number) => string;
}

const barHeight = 24;
const labelWidth = 90;
const width = 520;
const valueWidth = 130;

/** Horizontal bars from zero, one for each backend; the best is bold, and what is unknown is said. */
export function barChart(
  { title, unit, better, amountOf, format }: Bar,
  backends: readonly BackendFigures[],
): string {
  const values = backends.map(amountOf);
  const known = values.filter((value) => value !== null);
  const most = Math.max(...known, Number.MIN_VALUE);
  const best = better === 'more' ? Math.max(...known) : Math.min(...known);
  const rows = backends.map(({ backend }, index) => {
    const value = values[index] ?? null;
    const y = 44 + index * (barHeight + 8);
    const length = value === null ? 0 : Math.max(2, (value / most) * (width - labelWidth - valueWidth));
    const text = value === null ? 'not known' : `${format(value)} ${unit}`;
    const weight = value !== null && known.length > 1 && value === best ? 'best' : 'value';
    return `<text x="0" y="${y + 17}">${backend}</text><rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="4" class="of-${backend}"/><text x="${(labelWidth + length + 8).toFixed(1)}" y="${y + 17}" class="${weight}">${text}</text>`;
  });
  const height = 44 + backends.length * (barHeight + 8);
  const spoken = backends.map(({ backend }, index) => {
    const value = values[index] ?? null;
    return `${backend} ${value === null ? 'not known' : `${format(value)} ${unit}`}`;
  });
  const head = `<text x="0" y="14" class="title">${title}</text><text x="0" y="31" class="quiet">${better} is better</text>`;
  return svg(`${title}: ${spoken.join(', ')}`, width, height, `${head}${rows.join('')}`);
}

/** Milliseconds by percentile; logarithmic upwards, since the last percent is what matters. */
export function latencyChart(backends: readonly BackendFigures[]): string {
  const [left, top, plotWidth, plotHeight] = [78, 34, 640, 260];
  const all = backends.flatMap(({ latencyMs }) => latencyMs.map(({ ms }) => Math.max(ms, 0.01)));
  const [low, high] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)))];
  const percentiles = backends[0]?.latencyMs.map(({ percentile }) => percentile) ?? [];
  const x = (index: number): number => left + (index / Math.max(1, percentiles.length - 1)) * plotWidth;
  const y = (ms: number): number =>
    top + plotHeight - ((Math.log10(Math.max(ms, 0.01)) - low) / Math.max(1, high - low)) * plotHeight;
  const grid = Array.from({ length: high - low + 1 }, (_, step) => {
    const ms = 10 ** (low + step);
    const text = `${Number(ms.toPrecision(1)).toLocaleString('en')} ms`;
    return `<line x1="${left}" x2="${left + plotWidth}" y1="${y(ms)}" y2="${y(ms)}" class="grid"/><text x="${left - 10}" y="${y(ms) + 4}" text-anchor="end" class="quiet">${text}</text>`;
  });
  const axis = percentiles.map(
    (percentile, index) =>
      `<text x="${x(index)}" y="${top + plotHeight + 22}" text-anchor="middle" class="quiet">${percentile === 100 ? 'slowest' : `${percentile} %`}</text>`,
  );
  const ends = labelled(backends.map(({ latencyMs }) => y(latencyMs.at(-1)?.ms ?? 0)));
  const lines = backends.map(({ backend, latencyMs }, side) => {
    const points = latencyMs.map(({ ms }, index) => [x(index).toFixed(1), y(ms).toFixed(1)] as const);
    const dots = points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" class="of-${backend}"/>`);
    const line = points.map((point) => point.join(',')).join(' ');
    const label = `<text x="${left + plotWidth + 12}" y="${((ends[side] ?? 0) + 4).toFixed(1)}" class="best">${backend}</text>`;
    return `<polyline points="${line}" class="line-${backend}"/>${dots.join('')}${label}`;
  });
  const head =
    '<text x="0" y="14" class="title">Within how many milliseconds a share of the records was handled</text>';
  const below = `<text x="${left + plotWidth / 2}" y="${top + plotHeight + 44}" text-anchor="middle" class="quiet">share of the records</text>`;
  const body = [head, ...grid, ...axis, below, ...lines].join('');
  return svg(
    'Milliseconds until a record is handled, by percentile; the table below has the figures',
    830,
    top + plotHeight + 52,
    body,
  );
}

/** Heights of labels that do not lie on each other. */
function labelled(heights: readonly number[]): readonly number[] {
  const apart = 17;
  const placed = [...heights];
  const order = heights.map((_, index) => index).toSorted((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  for (const [rank, index] of order.entries()) {
    const above = order[rank - 1];
    if (above !== undefined) placed[index] = Math.max(placed[index] ?? 0, (placed[above] ?? 0) + apart);
  }
  return placed;
}

function svg(title: string, wide: number, high: number, body: string): string {
  return `<svg viewBox="0 0 ${wide} ${high}" role="img" aria-label="${title}">${body}</svg>`;
}
