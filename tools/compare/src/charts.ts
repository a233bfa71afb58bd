import type { BackendFigures } from './figures.ts';

const colours: Readonly<Record<string, string>> = {
  embedded: '#1a7a4a',
  redis: '#b5483a',
  kafka: '#14657c',
};

const barHeight = 26;
const labelWidth = 110;
const width = 520;

/** Horizontal bars, one for each backend; what is unknown is said. */
export function barChart(
  title: string,
  backends: readonly BackendFigures[],
  amountOf: (figures: BackendFigures) => number | null,
  format: (value: number) => string,
): string {
  const most = Math.max(...backends.map((figures) => amountOf(figures) ?? 0), Number.MIN_VALUE);
  const rows = backends.map((figures, index) => {
    const value = amountOf(figures);
    const y = 30 + index * (barHeight + 10);
    const length = value === null ? 0 : Math.max(2, (value / most) * (width - labelWidth - 130));
    const text = value === null ? 'not known' : format(value);
    return `<text x="0" y="${y + 18}">${figures.backend}</text><rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="4" fill="${colours[figures.backend]}"/><text x="${(labelWidth + length + 8).toFixed(1)}" y="${y + 18}" class="value">${text}</text>`;
  });
  const height = 30 + backends.length * (barHeight + 10);
  return svg(title, width, height, `<text x="0" y="14" class="title">${title}</text>${rows.join('')}`);
}

/** Milliseconds by percentile; logarithmic upwards, since the last percent is what matters. */
export function latencyChart(backends: readonly BackendFigures[]): string {
  const [left, top, plotWidth, plotHeight] = [70, 36, 720, 260];
  const all = backends.flatMap(({ latencyMs }) => latencyMs.map(({ ms }) => Math.max(ms, 0.01)));
  const [low, high] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)))];
  const percentiles = backends[0]?.latencyMs.map(({ percentile }) => percentile) ?? [];
  const x = (index: number): number => left + (index / Math.max(1, percentiles.length - 1)) * plotWidth;
  const y = (ms: number): number =>
    top + plotHeight - ((Math.log10(Math.max(ms, 0.01)) - low) / Math.max(1, high - low)) * plotHeight;
  const grid = Array.from({ length: high - low + 1 }, (_, step) => {
    const ms = 10 ** (low + step);
    return `<line x1="${left}" x2="${left + plotWidth}" y1="${y(ms)}" y2="${y(ms)}" class="grid"/><text x="${left - 8}" y="${y(ms) + 4}" text-anchor="end">${ms} ms</text>`;
  });
  const axis = percentiles.map(
    (percentile, index) =>
      `<text x="${x(index)}" y="${top + plotHeight + 22}" text-anchor="middle">${percentile === 100 ? 'most' : `${percentile} %`}</text>`,
  );
  const lines = backends.map(({ backend, latencyMs }) => {
    const points = latencyMs.map(({ ms }, index) => `${x(index).toFixed(1)},${y(ms).toFixed(1)}`);
    const dots = points.map((point) => {
      const [cx, cy] = point.split(',');
      return `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colours[backend]}"/>`;
    });
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colours[backend]}" stroke-width="2.5"/>${dots.join('')}`;
  });
  const legend = backends.map(
    ({ backend }, index) =>
      `<rect x="${left + index * 130}" y="4" width="14" height="14" rx="3" fill="${colours[backend]}"/><text x="${left + 20 + index * 130}" y="16">${backend}</text>`,
  );
  const body = [...grid, ...axis, ...lines, ...legend].join('');
  return svg('Milliseconds until a record is handled, by percentile', 820, top + plotHeight + 34, body);
}

function svg(title: string, wide: number, high: number, body: string): string {
  return `<svg viewBox="0 0 ${wide} ${high}" role="img" aria-label="${title}">${body}</svg>`;
}
