import type { BackendFigures } from './figures.ts';

/** Two sentences that follow from the figures: which takes more, and what that costs. */
export function conclude(backends: readonly BackendFigures[]): string[] {
  return sentences(backends).map((sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1));
}

function sentences(backends: readonly BackendFigures[]): string[] {
  const [fastest, ...others] = backends.toSorted((a, b) => b.throughput - a.throughput);
  if (!fastest) return [];
  const slowest = others.at(-1);
  if (!slowest) return [`${named(fastest)} took ${rate(fastest.throughput)}.`, latencySentence([fastest])];
  const factor = fastest.throughput / slowest.throughput;
  const first =
    factor < 1.1
      ? `For this load ${named(fastest)} and ${named(slowest)} take about as many records (${rate(fastest.throughput)}).`
      : `For this load ${named(fastest)} takes the most records, ${rate(fastest.throughput)}, ${factor.toFixed(1)} times as many as ${named(slowest)}.`;
  return [first, latencySentence(backends)];
}

function latencySentence(backends: readonly BackendFigures[]): string {
  const [quickest, ...others] = backends.toSorted((a, b) => p99(a) - p99(b));
  if (!quickest) return '';
  const lost = backends.flatMap(({ backend, acksLost }) => {
    const sum = acksLost.reduce((total, each) => total + each.lost, 0);
    return sum === 0 ? [] : [`${name(backend)} ${sum}`];
  });
  const deaths =
    lost.length === 0
      ? ''
      : `, and what only a leader had acknowledged was lost with it (${lost.join(', ')} records), so wait for all copies where that counts`;
  return `${timesSentence(quickest, others)}${deaths}.`;
}

/** Times at different loads are told with their loads: half of what each takes is not the same for all. */
function timesSentence(quickest: BackendFigures, others: readonly BackendFigures[]): string {
  const within = (each: BackendFigures): string => `99 % of the records within ${milliseconds(p99(each))}`;
  if (others.every(({ pacedRate }) => pacedRate === quickest.pacedRate)) {
    const rest = others.map((each) => `${milliseconds(p99(each))} on ${named(each)}`).join(' and ');
    return `${named(quickest)} ${others.length > 0 ? 'is the quickest' : 'handles them'} at ${rate(quickest.pacedRate)}, ${within(quickest)}${rest === '' ? '' : ` (${rest})`}`;
  }
  const each = [quickest, ...others].map(
    (one) => `${named(one)} handles ${within(one)} at ${rate(one.pacedRate)}`,
  );
  return `At half of what each takes, ${each.join(', ')}`;
}

function milliseconds(ms: number): string {
  const digits = ms < 100 ? 1 : 0;
  return `${ms.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ms`;
}

export function p99({ latencyMs }: BackendFigures): number {
  return latencyMs.find(({ percentile }) => percentile === 99)?.ms ?? Number.POSITIVE_INFINITY;
}

function named({ backend }: BackendFigures): string {
  return name(backend);
}

export function name(backend: string): string {
  return { embedded: 'the embedded log', redis: 'Redis', kafka: 'Kafka' }[backend] ?? backend;
}

function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en')} a second`;
}
