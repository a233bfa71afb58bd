import {
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { attributes, type Described, type LinkReason } from './spans.ts';
import type { TraceSpan } from './trace-span.ts';
import { wallClock } from './wall-clock.ts';

/** What all spans of one name have in common, made once. */
export interface SpanShape {
  readonly name: string;
  readonly kind: SpanKind;
  readonly described: Described;
  readonly origin: SpanOrigin;
}

export interface SpanOrigin {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  /** Told of each span that has ended. */
  readonly ended: (span: ReadableSpan) => void;
}

export interface SpanLink {
  readonly context: SpanContext;
  readonly reason: LinkReason;
}

/** To what was handled or sent together with it. */
export function batchLink(context: SpanContext): SpanLink {
  return { context, reason: 'batch' };
}

export interface SpanStart {
  readonly parent: SpanContext | undefined;
  readonly described?: Described;
  readonly links?: readonly SpanLink[];
  /** Milliseconds since the epoch; now, if undefined. */
  readonly startMs?: number;
}

/** As many as OpenTelemetry's SDK keeps of a span; the rest is counted. */
const maxLinks = 128;
const noLinks: readonly SpanLink[] = [];
const unset: SpanStatus = { code: SpanStatusCode.UNSET };

/**
 * A sampled span of a record or of what its handling asks for. The SDK's own serves any use and costs ten times as much;
 * of those there is one an HTTP request, of these up to three a message. Whatever processes or exports spans may read it.
 */
export class OwnSpan implements ReadableSpan, TraceSpan {
  readonly recording = true;
  readonly shape: SpanShape;
  readonly context: SpanContext;
  readonly parentSpanContext?: SpanContext;
  readonly startMs: number;
  readonly allLinks: readonly SpanLink[];
  #described: Described | undefined;
  #endMs = 0;
  #failed = false;

  constructor(shape: SpanShape, context: SpanContext, start: SpanStart) {
    const { parent, described, links, startMs } = start;
    this.shape = shape;
    this.context = context;
    if (parent) this.parentSpanContext = parent;
    this.startMs = startMs ?? wallClock();
    this.allLinks = links ?? noLinks;
    this.#described = described;
  }

  describe(described: Described): void {
    this.#described = { ...this.#described, ...described };
  }

  /** `errorType` is a code or a name, never a text: that may hold what was in the message. */
  fail(errorType: string): void {
    this.#failed = true;
    this.describe({ errorType });
  }

  end(): void {
    this.#endMs = Math.max(wallClock(), this.startMs);
    this.shape.origin.ended(this);
  }

  /** Beyond what the shape says. */
  get described(): Described | undefined {
    return this.#described;
  }

  get failed(): boolean {
    return this.#failed;
  }

  get endMs(): number {
    return this.#endMs;
  }

  get keptLinks(): readonly SpanLink[] {
    return this.allLinks.length > maxLinks ? this.allLinks.slice(0, maxLinks) : this.allLinks;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  get name(): string {
    return this.shape.name;
  }

  get kind(): SpanKind {
    return this.shape.kind;
  }

  get resource(): Resource {
    return this.shape.origin.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.shape.origin.instrumentationScope;
  }

  get attributes(): Attributes {
    return attributes({ ...this.shape.described, ...this.#described });
  }

  get links(): Link[] {
    return this.keptLinks.map(({ context, reason }) => ({
      context,
      attributes: attributes({ linkReason: reason }),
    }));
  }

  get events(): [] {
    return [];
  }

  get status(): SpanStatus {
    return this.#failed ? { code: SpanStatusCode.ERROR } : unset;
  }

  get startTime(): HrTime {
    return highResolution(this.startMs);
  }

  get endTime(): HrTime {
    return highResolution(this.#endMs);
  }

  get duration(): HrTime {
    return highResolution(Math.max(this.#endMs - this.startMs, 0));
  }

  get ended(): boolean {
    return this.#endMs > 0;
  }

  get droppedAttributesCount(): number {
    return 0;
  }

  get droppedEventsCount(): number {
    return 0;
  }

  get droppedLinksCount(): number {
    return Math.max(this.allLinks.length - maxLinks, 0);
  }
}

function highResolution(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1_000);
  return [seconds, Math.round((milliseconds - seconds * 1_000) * 1e6)];
}
