import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { attributeNames } from '../../attribute-names.ts';
import type { OwnSpan, SpanLink, SpanOrigin, SpanShape } from '../own-span.ts';
import { Sampled } from '../sampled.ts';
import type { Described, LinkReason } from '../spans.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

// The numbers are those of the fields in opentelemetry/proto/collector/trace/v1 and trace/v1.

const flagsKnowRemote = 0x100;
const flagsRemote = 0x200;

/** For what is written once and then copied. */
const scratch = new ProtobufWriter();
const shapes = new WeakMap<SpanShape, Uint8Array>();
const reasons = new Map<LinkReason, Uint8Array>();
/** There are few: those of the list and those of the resource. */
const names = new Map<string, Uint8Array>();

/** Adds a span to the spans of its origin. */
export function writeOwnSpan(writer: ProtobufWriter, span: OwnSpan): void {
  const { context, parentSpanContext: parent, described } = span;
  const start = writer.openLong(2);
  writeContext(writer, context);
  if (parent instanceof Sampled) {
    writer.idField(4, 8);
    writer.id64(parent.span);
  } else if (parent) writer.id(4, parent.spanId);
  writer.fields(shapes.get(span.shape) ?? encodeShape(span.shape));
  writer.nanoseconds(7, span.startMs);
  writer.nanoseconds(8, span.endMs);
  if (described) writeAttributes(writer, 9, described);
  for (const link of span.keptLinks) writeLink(writer, link);
  if (span.droppedLinksCount > 0) writer.number(14, span.droppedLinksCount);
  if (span.failed) {
    const status = writer.open(15);
    writer.number(3, span.status.code);
    writer.close(status);
  }
  writer.fixed32(16, flagsOf(parent?.isRemote));
  writer.closeLong(start);
}

/** Spans and links have the same numbers for it. */
function writeContext(writer: ProtobufWriter, context: SpanContext): void {
  if (context instanceof Sampled) {
    writer.idField(1, 16);
    writer.id64(context.trace.upper);
    writer.id64(context.trace.lower);
    writer.idField(2, 8);
    writer.id64(context.span);
  } else {
    writer.id(1, context.traceId);
    writer.id(2, context.spanId);
  }
  const state = context.traceState?.serialize();
  if (state) writer.text(3, state);
}

/** Spans of one origin as an ExportTraceServiceRequest of OTLP; requests in a row are one request. */
export function requestOf({ resource, instrumentationScope }: SpanOrigin, spans: Uint8Array): Uint8Array {
  const resourceSpans = scratch.open(1);
  writeResource(resource);
  const scopeSpans = scratch.open(2);
  const named = scratch.open(1);
  scratch.text(1, instrumentationScope.name);
  scratch.close(named);
  scratch.fields(spans);
  scratch.close(scopeSpans);
  scratch.close(resourceSpans);
  return scratch.take();
}

function writeResource({ attributes }: Resource): void {
  const start = scratch.open(1);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string' || typeof value === 'number') writeAttribute(scratch, 1, name, value);
  }
  scratch.close(start);
}

function encodeShape(shape: SpanShape): Uint8Array {
  scratch.text(5, shape.name);
  scratch.number(6, shape.kind + 1);
  writeAttributes(scratch, 9, shape.described);
  const encoded = scratch.take();
  shapes.set(shape, encoded);
  return encoded;
}

function encodeReason(linkReason: LinkReason): Uint8Array {
  writeAttributes(scratch, 4, { linkReason });
  const encoded = scratch.take();
  reasons.set(linkReason, encoded);
  return encoded;
}

function encodeName(name: string): Uint8Array {
  const encoded = new ProtobufWriter();
  encoded.text(1, name);
  const bytes = encoded.take();
  names.set(name, bytes);
  return bytes;
}

function writeLink(writer: ProtobufWriter, { context, reason }: SpanLink): void {
  const start = writer.open(13);
  writeContext(writer, context);
  writer.fields(reasons.get(reason) ?? encodeReason(reason));
  writer.fixed32(6, flagsOf(context.isRemote));
  writer.close(start);
}

function writeAttributes(writer: ProtobufWriter, field: number, described: Described): void {
  for (const name in described) {
    const value = described[name as keyof Described];
    if (value !== undefined) writeAttribute(writer, field, attributeNames[name as keyof Described], value);
  }
}

function writeAttribute(writer: ProtobufWriter, field: number, name: string, value: string | number): void {
  const start = writer.open(field);
  writer.fields(names.get(name) ?? encodeName(name));
  const held = writer.open(2);
  if (typeof value === 'string') writer.text(1, value);
  else writer.number(3, value);
  writer.close(held);
  writer.close(start);
}

/** Spans of our own, and what they are linked to, are sampled, all of them. */
function flagsOf(remote: boolean | undefined): number {
  return TraceFlags.SAMPLED | flagsKnowRemote | (remote ? flagsRemote : 0);
}
