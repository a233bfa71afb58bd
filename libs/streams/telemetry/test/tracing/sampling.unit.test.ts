import { context, type SpanContext, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { samplerNames } from '../../src/index.ts';
import { Unsampled } from '../../src/tracing/carrier.ts';
import { samplerOf } from '../../src/tracing/sampler.ts';
import { samplingOf } from '../../src/tracing/sampling.ts';
import { TraceIds } from '../../src/tracing/trace-ids.ts';

const ids = new TraceIds();
const ratios = [0, 0.001, 0.1, 0.5, 1];

describe.each(samplerNames)('sampling by %s', (name) => {
  it.each(ratios)('with ratio %d decides as the sampler of the SDK does', (ratio) => {
    const sampler = samplerOf(name, ratio);
    const sampling = samplingOf(name, ratio);
    const sdk = (traceId: string, parent?: SpanContext): boolean => {
      const within = parent ? trace.setSpanContext(context.active(), parent) : context.active();
      const { decision } = sampler.shouldSample(within, traceId, 'any', SpanKind.CONSUMER, {}, []);
      return decision === SamplingDecision.RECORD_AND_SAMPLED;
    };
    for (let count = 0; count < 500; count++) {
      const drawn = ids.draw();
      const { traceId } = new Unsampled(drawn.traceParent);
      expect(sampling.ofNewTrace(drawn)).toBe(sdk(traceId));
      const parent = { traceId, spanId: ids.generateSpanId(), traceFlags: TraceFlags.SAMPLED };
      expect(sampling.belowSampled({ traceId })).toBe(sdk(traceId, parent));
      expect(sampling.belowSampled({ traceId })).toBe(sdk(traceId, { ...parent, isRemote: true }));
    }
  });
});

describe('ids of traces and spans', () => {
  it('are valid, and none comes twice', () => {
    const parents = Array.from({ length: 5_000 }, () => ids.draw().traceParent);
    for (const parent of parents) expect(parent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(new Set(parents.map((parent) => parent.slice(36, 52))).size).toBe(parents.length);
    const drawn = [...parents.map((parent) => parent.slice(3, 35)), ids.generateTraceId()];
    const spans = Array.from({ length: 5_000 }, () => ids.generateSpanId());
    for (const id of drawn) expect(id).toMatch(/^[0-9a-f]{32}$/);
    for (const id of spans) expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(drawn).size).toBe(drawn.length);
    expect(new Set(spans).size).toBe(spans.length);
  });
});
