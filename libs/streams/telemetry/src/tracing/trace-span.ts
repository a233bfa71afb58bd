import type { SpanContext } from '@opentelemetry/api';
import type { Described, EndingSpan } from './spans.ts';

/** The span of a record, whether it is sampled or not. */
export interface TraceSpan extends EndingSpan {
  /** What goes on below it carries this. */
  readonly context: SpanContext;
  readonly recording: boolean;
  describe(described: Described): void;
}

/** Stands for the span that a trace which is not sampled does not have. */
export class Unrecorded implements TraceSpan {
  readonly context: SpanContext;
  readonly recording = false;

  constructor(context: SpanContext) {
    this.context = context;
  }

  describe(): void {}

  fail(): void {}

  end(): void {}
}
