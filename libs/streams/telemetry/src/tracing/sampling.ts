import type { SpanContext } from '@opentelemetry/api';
import type { SamplerName } from '../sampler-names.ts';
import type { DrawnTrace } from './trace-parents.ts';

/** Decides as the sampler of that name of OpenTelemetry's SDK does, from the trace's id alone, before anything is made. */
export interface Sampling {
  readonly ofNewTrace: (drawn: DrawnTrace) => boolean;
  /** Of a span below one that is sampled; below one that is not there never is one. */
  readonly belowSampled: (parent: Pick<SpanContext, 'traceId'>) => boolean;
}

/** `ratio`, from 0 to 1, counts for the samplers that have one. */
export function samplingOf(name: SamplerName, ratio: number): Sampling {
  const bound = ratio >= 1 ? 2 ** 32 : Math.floor(Math.max(ratio, 0) * (2 ** 32 - 1));
  const share = ({ measure }: Pick<DrawnTrace, 'measure'>): boolean => measure < bound;
  switch (name) {
    case 'always_on':
    case 'parentbased_always_on':
      return { ofNewTrace: always, belowSampled: always };
    case 'always_off':
      return { ofNewTrace: never, belowSampled: never };
    case 'parentbased_always_off':
      return { ofNewTrace: never, belowSampled: always };
    case 'traceidratio':
      return { ofNewTrace: share, belowSampled: ({ traceId }) => share({ measure: measureOf(traceId) }) };
    case 'parentbased_traceidratio':
      return { ofNewTrace: share, belowSampled: always };
    default:
      return name satisfies never;
  }
}

const always = (): boolean => true;
const never = (): boolean => false;

function measureOf(traceId: string): number {
  let words = 0;
  for (let at = 0; at < 32; at += 8) words ^= Number.parseInt(traceId.substring(at, at + 8), 16);
  return words >>> 0;
}
