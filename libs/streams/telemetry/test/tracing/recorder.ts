import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver, Streams } from '@millrace/streams';
import { openEmbedded } from '@millrace/streams-embedded';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import type { SamplerName, Tracing } from '../../src/index.ts';
import { startTracing } from '../../src/tracing/index.ts';

/** Traced streams on an embedded log of their own, and the spans that they make. */
export interface Recorder extends AsyncDisposable {
  readonly streams: Streams;
  readonly tracing: Tracing;
  /** Spans that have ended, in that order. */
  spans(): readonly ReadableSpan[];
  /** The one span of that name. */
  span(name: string): ReadableSpan;
}

export async function record(sampler: SamplerName = 'always_on', ratio = 1): Promise<Recorder> {
  const folder = mkdtempSync(join(tmpdir(), 'tracing-'));
  const recorder = recordFrom(await openEmbedded(join(folder, 'streams.db')), sampler, ratio);
  return {
    ...recorder,
    [Symbol.asyncDispose]: async () => {
      await recorder[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** The same on another backend; the driver is closed with it. */
export function recordFrom(driver: Driver, sampler: SamplerName = 'always_on', ratio = 1): Recorder {
  const exporter = new InMemorySpanExporter();
  const spans = new SimpleSpanProcessor({ exporter });
  const tracing = startTracing({ service: 'test', sampler, ratio, spans });
  const streams = tracing.streams(driver);
  const all = (): readonly ReadableSpan[] => exporter.getFinishedSpans();
  return {
    streams,
    tracing,
    spans: all,
    span: (name) => {
      const found = all().filter((span) => span.name === name);
      if (found.length === 1 && found[0]) return found[0];
      throw new Error(`${found.length} spans ${name} among ${all().map((span) => span.name)}`);
    },
    [Symbol.asyncDispose]: async () => {
      await streams[Symbol.asyncDispose]();
      await tracing[Symbol.asyncDispose]();
    },
  };
}

export function parentOf(span: ReadableSpan): string | undefined {
  return span.parentSpanContext?.spanId;
}

export function idOf(span: ReadableSpan): string {
  return span.spanContext().spanId;
}

export function traceOf(span: ReadableSpan): string {
  return span.spanContext().traceId;
}

/** The ids of the spans that it is linked to, and why. */
export function linksOf(span: ReadableSpan): readonly (readonly [string, unknown])[] {
  return span.links.map(({ context, attributes }) => [context.spanId, attributes?.['millrace.link.reason']]);
}
