import type { MeasuredRun } from './run-measured.ts';

const bars = ' ▁▂▃▄▅▆▇█';
const width = 60;
const megabyte = 1e6;

/** Memory over time as one line a run, all on the same scale. */
export function memoryLines(runs: readonly MeasuredRun[]): string[] {
  const most = Math.max(1, ...runs.map(mostMemory));
  const longest = Math.max(...runs.map(({ name }) => name.length));
  return runs.map((run) => {
    const last = run.memory.at(-1)?.ms ?? 1;
    const columns = Array.from({ length: width }, (_, column) => {
      const until = ((column + 1) / width) * last;
      const bytes = run.memory.findLast(({ ms }) => ms <= until)?.bytes ?? run.memory[0]?.bytes ?? 0;
      return bars[Math.ceil((bytes / most) * (bars.length - 1))] ?? ' ';
    });
    return `${run.name.padEnd(longest)}  ${columns.join('')}  ${megabytes(mostMemory(run))} at most`;
  });
}

export function mostMemory(run: MeasuredRun): number {
  return Math.max(0, ...run.memory.map(({ bytes }) => bytes));
}

export function megabytes(bytes: number): string {
  return `${(bytes / megabyte).toFixed(bytes < 10 * megabyte ? 1 : 0)} MB`;
}

const [plotWidth, plotHeight, left, top] = [720, 320, 70, 50] as const;
const colours = ['#14657c', '#a3222b', '#4c5b66'] as const;

/** The same as an SVG file. */
export function memorySvg(runs: readonly MeasuredRun[], title: string): string {
  const mostBytes = Math.max(megabyte, ...runs.map(mostMemory));
  const mostMs = Math.max(1, ...runs.flatMap(({ memory }) => memory.at(-1)?.ms ?? 0));
  const x = (ms: number): string => (left + (ms / mostMs) * plotWidth).toFixed(1);
  const y = (bytes: number): string => (top + plotHeight - (bytes / mostBytes) * plotHeight).toFixed(1);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const grid = ticks.map(
    (share) =>
      `<line x1="${left}" x2="${left + plotWidth}" y1="${y(share * mostBytes)}" y2="${y(share * mostBytes)}" stroke="#d3dadd"/><text x="${left - 8}" y="${Number(y(share * mostBytes)) + 4}" text-anchor="end">${megabytes(share * mostBytes)}</text>`,
  );
  const times = ticks.map(
    (share) =>
      `<text x="${x(share * mostMs)}" y="${top + plotHeight + 20}" text-anchor="middle">${((share * mostMs) / 1_000).toFixed(1)} s</text>`,
  );
  const lines = runs.map(({ name, memory }, index) => {
    const points = memory.map(({ ms, bytes }) => `${x(ms)},${y(bytes)}`).join(' ');
    const colour = colours[index % colours.length];
    const at = left + index * 220;
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"/><rect x="${at}" y="${top + plotHeight + 36}" width="14" height="14" rx="3" fill="${colour}"/><text x="${at + 20}" y="${top + plotHeight + 48}">${name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + plotWidth + 40} ${top + plotHeight + 70}" font-family="system-ui, sans-serif" font-size="13" fill="#14202a" role="img" aria-label="${title}">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${left}" y="28" font-size="17" font-weight="600">${title}</text>
${[...grid, ...times, ...lines].join('\n')}
</svg>
`;
}
