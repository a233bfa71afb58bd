import { context, diag, ROOT_CONTEXT } from '@opentelemetry/api';
import { ExportResultCode, globalErrorHandler, suppressTracing } from '@opentelemetry/core';
import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { isSampled } from '../carrier.ts';
import { type EncodedSpans, SpanBatch } from './span-batch.ts';

/** Named as OpenTelemetry's OTEL_BSP_… variables; times in milliseconds. */
export interface BatchBounds {
  /** Between two exports; sooner when a batch is full. */
  readonly scheduleDelay: number;
  /** Spans that wait; what comes beyond them is dropped. */
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
  /** How long a batch may take before the next one is sent all the same. */
  readonly exportTimeout?: number;
}

/** The exporter refuses more than 30. */
const maxExportsAtOnce = 16;

/** What ends is sent in batches, one at a time, within the bounds and by the rules of the SDK's processor of that kind. */
export class BatchProcessor implements SpanProcessor {
  readonly #exporter: IOtlpExportDelegate<EncodedSpans>;
  readonly #bounds: Required<BatchBounds>;
  readonly #open = new SpanBatch();
  /** Full batches, the oldest first. */
  readonly #full: EncodedSpans[] = [];
  #waiting = 0;
  #dropped = 0;
  #exporting = false;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(exporter: IOtlpExportDelegate<EncodedSpans>, bounds: BatchBounds) {
    const { scheduleDelay, maxQueueSize = 2_048, maxExportBatchSize = 512, exportTimeout = 30_000 } = bounds;
    this.#exporter = exporter;
    this.#bounds = {
      scheduleDelay,
      maxQueueSize,
      maxExportBatchSize: Math.min(maxExportBatchSize, maxQueueSize),
      exportTimeout,
    };
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#closing || !isSampled(span.spanContext())) return;
    if (this.#waiting >= this.#bounds.maxQueueSize) {
      this.#dropped += 1;
      return;
    }
    this.#sayDropped();
    this.#open.add(span);
    this.#waiting += 1;
    if (this.#open.length >= this.#bounds.maxExportBatchSize) this.#full.push(this.#open.take());
    this.#schedule();
  }

  /** All that has ended until now, whatever is under way included; rejects when some of it was not taken. */
  forceFlush(): Promise<void> {
    return this.#closing ?? this.#flushAll();
  }

  shutdown(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#sayDropped();
    try {
      await this.#flushAll();
    } finally {
      await this.#exporter.shutdown();
    }
  }

  async #flushAll(): Promise<void> {
    const batches: Promise<void>[] = [];
    for (let left = this.#full.length + 1; left > 0; left--) {
      batches.push(this.#exportOne());
      if (batches.length % maxExportsAtOnce === 0) await Promise.allSettled(batches);
    }
    await Promise.all(batches);
    await this.#exporter.forceFlush();
  }

  #schedule(): void {
    if (this.#exporting) return;
    if (this.#full.length > 0) {
      void this.#exportInTurn();
      return;
    }
    this.#timer ??= setTimeout(() => void this.#exportInTurn(), this.#bounds.scheduleDelay).unref();
  }

  async #exportInTurn(): Promise<void> {
    this.#exporting = true;
    try {
      await this.#exportOne();
    } catch (error) {
      globalErrorHandler(error instanceof Error ? error : new Error(String(error)));
    }
    this.#exporting = false;
    if (this.#waiting > 0) this.#schedule();
  }

  async #exportOne(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#full.shift() ?? this.#open.take();
    this.#waiting -= batch.length;
    if (batch.length === 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(() => reject(new Error('Timeout')), this.#bounds.exportTimeout);
    // What the export does makes no spans, and belongs to nobody's trace.
    context.with(suppressTracing(ROOT_CONTEXT), () => {
      this.#exporter.export(batch, ({ code, error }) => {
        if (code === ExportResultCode.SUCCESS) resolve();
        else reject(error ?? new Error('the spans were not taken'));
      });
    });
    try {
      await promise;
    } finally {
      clearTimeout(late);
    }
  }

  #sayDropped(): void {
    if (this.#dropped === 0) return;
    diag.warn(`Dropped ${this.#dropped} spans because maxQueueSize reached`);
    this.#dropped = 0;
  }
}
