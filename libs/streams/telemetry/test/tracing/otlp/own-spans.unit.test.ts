import { SpanKind, TraceFlags } from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpanBatch } from '../../../src/tracing/otlp/span-batch.ts';
import { OwnSpan, type SpanLink, type SpanShape } from '../../../src/tracing/own-span.ts';
import { readSampled, sampledAs } from '../../../src/tracing/sampled.ts';
import { readWire, traceRequest } from './wire.ts';

const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ minLength: 60, maxLength: 300 }),
  fc.constant('ü'.repeat(64)),
);
const theirs = fc
  .record({ traceId: digits(32), spanId: digits(16), isRemote: fc.boolean(), state: fc.boolean() })
  .map(({ state, ...ids }) => ({
    ...ids,
    traceFlags: TraceFlags.SAMPLED,
    ...(state ? { traceState: new TraceState('vendor=7') } : {}),
  }));
/** As they come out of a record, or from the starter of spans. */
const ours = fc.tuple(digits(31), digits(15), fc.boolean()).map(([trace, span, remote]) => {
  const header = `00-${trace}1-${span}1-01`;
  const found = remote ? readSampled(Buffer.from(header), 0) : sampledAs(header);
  if (!found) throw new Error(`${header} was not read`);
  expect(found.traceParent).toBe(header);
  return found;
});
const contexts = fc.oneof(theirs, ours);
const links: fc.Arbitrary<SpanLink> = fc.record({
  context: contexts,
  reason: fc.constantFrom('batch', 'earlier-attempt', 'cause'),
});
const described = fc.record(
  {
    partition: fc.nat().map(String),
    offset: texts,
    messageId: texts,
    attempt: fc.nat(),
    batchSize: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  },
  { requiredKeys: [] },
);

function shapeOf(name: string, service: string): SpanShape {
  const origin = {
    resource: resourceFromAttributes({ 'service.name': service, 'service.instance.id': 'a' }),
    instrumentationScope: { name: 'millrace' },
    ended: () => {},
  };
  return { name, kind: SpanKind.CONSUMER, described: { system: 'redis', group: 'payment' }, origin };
}

const shapes = fc
  .tuple(texts, texts)
  .map(([name, service]) => [shapeOf(name, service), shapeOf(`${name} 2`, service)] as const);

const spans = shapes.chain((two) =>
  fc.array(
    fc
      .record({
        shape: fc.constantFrom(...two),
        context: contexts,
        parent: fc.option(contexts, { nil: undefined }),
        described,
        links: fc.oneof(
          { weight: 9, arbitrary: fc.array(links, { maxLength: 3 }) },
          fc.array(links, { minLength: 129, maxLength: 140 }),
        ),
        startMs: fc.integer({ min: 0, max: 4e12 }).map((micro) => micro + 0.25),
        failed: fc.boolean(),
      })
      .map(({ shape, context, failed, ...start }) => {
        const span = new OwnSpan(shape, context, start);
        if (failed) span.fail('HANDLER_FAILED');
        span.end();
        return span;
      }),
    { minLength: 1, maxLength: 8 },
  ),
);

describe('spans of our own on their way to a collector', () => {
  it('are what the SDK makes of the same spans', () => {
    const batch = new SpanBatch();
    fc.assert(
      fc.property(spans, (own) => {
        const theirs = ProtobufTraceSerializer.serializeRequest(own);
        if (!theirs) throw new Error('nothing serialized');
        for (const span of own) batch.add(span);
        const { bytes, length } = batch.take();
        expect(length).toBe(own.length);
        expect(readWire(Buffer.from(bytes), traceRequest)).toEqual(
          readWire(Buffer.from(theirs), traceRequest),
        );
      }),
    );
  });
});
