import { DiagLogLevel, diag, SpanKind, TraceFlags } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BatchProcessor } from '../../../src/tracing/otlp/batch-processor.ts';
import { OwnSpan } from '../../../src/tracing/own-span.ts';

interface Sent {
  /** How many spans it is. */
  readonly length: number;
  readonly answer: (result: ExportResult) => void;
}

/** Takes spans when it is told to. */
class Exporter {
  readonly sent: Sent[] = [];
  closed = false;

  export(spans: { readonly length: number }, answer: (result: ExportResult) => void): void {
    this.sent.push({ length: spans.length, answer });
  }

  get lengths(): readonly number[] {
    return this.sent.map(({ length }) => length);
  }

  async forceFlush(): Promise<void> {}

  setMetrics(): void {}

  async shutdown(): Promise<void> {
    this.closed = true;
  }
}

const taken: ExportResult = { code: ExportResultCode.SUCCESS };
const refused: ExportResult = { code: ExportResultCode.FAILED, error: new Error('refused') };
const bounds = { maxQueueSize: 10, maxExportBatchSize: 4 };

const kinds: readonly (readonly [string, (exporter: Exporter) => SpanProcessor])[] = [
  ['ours', (exporter) => new BatchProcessor(exporter, { ...bounds, scheduleDelay: 100, exportTimeout: 500 })],
  [
    "the SDK's",
    (exporter) =>
      new BatchSpanProcessor({ ...bounds, exporter, scheduledDelayMillis: 100, exportTimeoutMillis: 500 }),
  ],
];

function end(processor: SpanProcessor, count: number, traceFlags: TraceFlags = TraceFlags.SAMPLED): void {
  const origin = {
    resource: resourceFromAttributes({ 'service.name': 'test' }),
    instrumentationScope: { name: 'test' },
    ended: (span: ReadableSpan) => processor.onEnd(span),
  };
  const shape = { name: 'work', kind: SpanKind.CLIENT, described: {}, origin };
  const context = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags };
  for (let index = 0; index < count; index++) new OwnSpan(shape, context, { parent: undefined }).end();
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe.each(kinds)('a processor of batches, %s,', (_, open) => {
  const problems: string[] = [];
  beforeEach(() => {
    problems.length = 0;
    const tell = (problem: string): void => void problems.push(problem);
    const ignore = (): void => {};
    const logger = { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    diag.disable();
  });

  it('sends a full batch at once, one after another, and the rest after the delay', async () => {
    const exporter = new Exporter();
    const processor = open(exporter);
    end(processor, 9);
    end(processor, 5, TraceFlags.NONE);
    expect(exporter.lengths).toEqual([4]);
    exporter.sent[0]?.answer(taken);
    await settle();
    expect(exporter.lengths).toEqual([4, 4]);
    exporter.sent[1]?.answer(taken);
    await vi.advanceTimersByTimeAsync(99);
    expect(exporter.lengths).toEqual([4, 4]);
    await vi.advanceTimersByTimeAsync(2);
    expect(exporter.lengths).toEqual([4, 4, 1]);
    expect(problems).toEqual([]);
  });

  it('holds no more than it may, and says how many it dropped', async () => {
    const exporter = new Exporter();
    const processor = open(exporter);
    end(processor, 4 + 10 + 7);
    expect(exporter.lengths).toEqual([4]);
    exporter.sent[0]?.answer(taken);
    await settle();
    end(processor, 1);
    expect(problems).toEqual(['Dropped 7 spans because maxQueueSize reached']);
    const flushed = processor.forceFlush();
    await settle();
    for (const { answer } of exporter.sent) answer(taken);
    await flushed;
    expect(exporter.lengths).toEqual([4, 4, 4, 3]);
  });

  it('goes on after a batch that was refused, and after one that nobody answers', async () => {
    const exporter = new Exporter();
    const processor = open(exporter);
    end(processor, 10);
    exporter.sent[0]?.answer(refused);
    await settle();
    expect(exporter.lengths).toEqual([4, 4]);
    await vi.advanceTimersByTimeAsync(501);
    await vi.advanceTimersByTimeAsync(101);
    expect(exporter.lengths).toEqual([4, 4, 2]);
    expect(problems.map((problem) => /refused|Timeout/.exec(problem)?.[0])).toEqual(['refused', 'Timeout']);
  });

  it('sends everything before it closes, and takes nothing afterwards', async () => {
    const exporter = new Exporter();
    const processor = open(exporter);
    end(processor, 3);
    const closed = processor.shutdown();
    await settle();
    expect([exporter.lengths, exporter.closed]).toEqual([[3], false]);
    exporter.sent[0]?.answer(taken);
    await closed;
    expect(exporter.closed).toBe(true);
    end(processor, 4);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(exporter.lengths).toEqual([3]);
    await processor.shutdown();
  });

  it('says of a flush that it failed', async () => {
    const exporter = new Exporter();
    const processor = open(exporter);
    end(processor, 3);
    const flushed = expect(processor.forceFlush()).rejects.toThrow('refused');
    exporter.sent[0]?.answer(refused);
    await flushed;
  });
});
