import { createStreams, type Driver, type Streams } from '@millrace/streams';
import type { AttributeName } from './attribute-names.ts';

/** What a service needs of tracing. Of OpenTelemetry it shows nothing: without tracing none of it is loaded. */
export interface Tracing extends AsyncDisposable {
  /** The public API over a driver; every record that passes carries its trace. */
  readonly streams: (driver: Driver) => Streams;
  /** Does work within a span below the active one; without one that is sampled it only does the work. */
  inSpan<Result>(span: SpanDescription, work: () => Promise<Result>): Promise<Result>;
  /** A span below the active one for what took that long and has just ended. */
  ended(span: SpanDescription, durationMs: number): void;
  /** The span of a request that has arrived; undefined where requests are not traced. */
  request(request: IncomingRequest): RequestSpan | undefined;
  /** What a line of the log says about the trace that it belongs to. */
  readonly logFields: () => Readonly<Record<string, string>>;
}

export interface SpanDescription {
  readonly name: string;
  readonly attributes: Readonly<Partial<Record<AttributeName, string | number>>>;
}

export interface IncomingRequest {
  readonly method: string;
  /** Lower-case names; `traceparent`, `tracestate` and `baggage` are looked at. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface RequestSpan {
  /** Whatever it starts belongs to the request's trace. */
  run<Result>(work: () => Result): Result;
  end(answer: RequestAnswer): void;
}

export interface RequestAnswer {
  /** The pattern, such as `/orders/:id`; undefined when no route was found. */
  readonly route: string | undefined;
  readonly status: number;
}

/** Nothing is traced, at no cost. */
export const noTracing: Tracing = {
  streams: (driver) => createStreams(driver),
  inSpan: (_span, work) => work(),
  ended: () => {},
  request: () => undefined,
  logFields: () => ({}),
  [Symbol.asyncDispose]: async () => {},
};
