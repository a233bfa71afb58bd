import 'uplot/dist/uPlot.min.css';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

export interface ChartProps {
  /** What it shows, for whoever cannot see it. */
  readonly label: string;
  /** Milliseconds since the epoch. */
  readonly at: readonly number[];
  readonly series: readonly {
    readonly name: string;
    readonly unit: string;
    /** A CSS custom property, such as `--accent`. */
    readonly colour: string;
    readonly values: readonly (number | null)[];
    /** Drawn dashed, with an axis of its own to the right. */
    readonly second?: boolean;
  }[];
}

const height = 190;
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockWithSeconds = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
/** A range whose ends are closer is labelled with seconds. */
const fewMinutes = 300;
const number = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1, notation: 'compact' });

/** Figures over time. */
export function Chart({ label, at, series }: ChartProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return () => undefined;
    const plot = new uPlot(optionsOf(element, series), dataOf(at, series), element);
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [at, series]);
  const last = series.map(({ name, unit, values }) => {
    const value = values.at(-1);
    return `${name} ${value === undefined || value === null ? 'unknown' : `${number.format(value)} ${unit}`}`;
  });
  if (at.length < 2) return <p class="empty">The history begins now; a chart follows in some seconds.</p>;
  return (
    <figure>
      <div ref={box} class="chart" role="img" aria-label={`${label}; now ${last.join(', ')}`} />
      <figcaption class="legend small">
        {series.map(({ name, colour, second }) => (
          <span key={name} class="row">
            <span class={second ? 'stroke dashed' : 'stroke'} style={{ '--of': `var(${colour})` }} />
            {name}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function dataOf(at: ChartProps['at'], series: ChartProps['series']): uPlot.AlignedData {
  return [at.map((time) => time / 1_000), ...series.map(({ values }) => [...values])];
}

function optionsOf(element: HTMLElement, series: ChartProps['series']): uPlot.Options {
  const styles = getComputedStyle(document.documentElement);
  const colour = (name: string): string => styles.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--quiet'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const values = (_: uPlot, splits: number[]): string[] => splits.map((split) => number.format(split));
  const hasSecond = series.some(({ second }) => second);
  return {
    width: Math.max(element.clientWidth, 200),
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: fromZero }, second: { range: fromZero } },
    axes: [
      { ...axis, space: 70, values: times },
      { ...axis, size: 56, values },
      ...(hasSecond
        ? [{ ...axis, scale: 'second', side: 1 as const, size: 56, values, grid: { show: false } }]
        : []),
    ],
    series: [
      {},
      ...series.map(({ name, colour: of, second }) => ({
        label: name,
        scale: second ? 'second' : 'y',
        stroke: colour(of),
        width: 2,
        points: { show: false },
        ...(second ? { dash: [6, 4] } : {}),
      })),
    ],
  };
}

function times(_: uPlot, splits: number[]): string[] {
  const span = (splits.at(-1) ?? 0) - (splits[0] ?? 0);
  const format = span < fewMinutes ? clockWithSeconds : clock;
  return splits.map((seconds) => format.format(seconds * 1_000));
}

function fromZero(_: uPlot, _low: number | null, high: number | null): [number, number] {
  return [0, Math.max((high ?? 0) * 1.1, 5)];
}
