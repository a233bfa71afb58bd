import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { OwnSpan, type SpanOrigin } from '../own-span.ts';
import { requestOf, writeOwnSpan } from './own-spans.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** Spans on their way to a collector, as an ExportTraceServiceRequest of OTLP. */
export interface EncodedSpans {
  readonly bytes: Uint8Array;
  /** How many spans they are. */
  readonly length: number;
}

/**
 * Collects spans. Those of our own become bytes at once, at a tenth of the SDK's cost: objects that wait, thousands of them,
 * would be copied by the collector of garbage again and again. All others wait as they are and are encoded by the SDK.
 */
export class SpanBatch {
  /** There is one origin, unless tracing was started several times. */
  readonly #own = new Map<SpanOrigin, ProtobufWriter>();
  #others: ReadableSpan[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(span: ReadableSpan): void {
    if (span instanceof OwnSpan) writeOwnSpan(this.#writerOf(span.shape.origin), span);
    else this.#others.push(span);
    this.#length += 1;
  }

  /** All of it; what is added from now on belongs to the next. */
  take(): EncodedSpans {
    const parts: Uint8Array[] = [];
    for (const [origin, writer] of this.#own) {
      if (writer.length > 0) parts.push(requestOf(origin, writer.take()));
    }
    const others = this.#others.length > 0 && ProtobufTraceSerializer.serializeRequest(this.#others);
    if (others) parts.push(others);
    const [first] = parts;
    const taken = { bytes: first && parts.length === 1 ? first : Buffer.concat(parts), length: this.#length };
    this.#others = [];
    this.#length = 0;
    return taken;
  }

  #writerOf(origin: SpanOrigin): ProtobufWriter {
    const known = this.#own.get(origin);
    if (known) return known;
    const writer = new ProtobufWriter();
    this.#own.set(origin, writer);
    return writer;
  }
}
