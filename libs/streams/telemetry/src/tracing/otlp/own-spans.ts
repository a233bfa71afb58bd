import { TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { attributeNames } from '../../attribute-names.ts';
import type { OwnSpan, SpanLink, SpanShape } from '../own-span.ts';
import type { Described, LinkReason } from '../spans.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

// The numbers are those of the fields in opentelemetry/proto/collector/trace/v1 and trace/v1.

const flagsKnowRemote = 0x100;
const flagsRemote = 0x200;

const writer = new ProtobufWriter();
const shapes = new WeakMap<SpanShape, Uint8Array>();
const reasons = new Map<LinkReason, Uint8Array>();

/** The spans as an ExportTraceServiceRequest of OTLP; requests in a row are one request. */
export function encodeOwnSpans(spans: readonly OwnSpan[]): Uint8Array {
  for (const span of spans) encodeBefore(span);
  for (const [resource, own] of Map.groupBy(spans, (span) => span.resource)) {
    const resourceSpans = writer.open(1);
    writeResource(resource);
    for (const [scope, within] of Map.groupBy(own, (span) => span.instrumentationScope)) {
      const scopeSpans = writer.open(2);
      const named = writer.open(1);
      writer.text(1, scope.name);
      writer.close(named);
      for (const span of within) writeSpan(span);
      writer.close(scopeSpans);
    }
    writer.close(resourceSpans);
  }
  return writer.take();
}

/** What is written once, and then copied, is written before the rest: the writer is the same. */
function encodeBefore({ shape, allLinks }: OwnSpan): void {
  if (!shapes.has(shape)) {
    writer.text(5, shape.name);
    writer.number(6, shape.kind + 1);
    writeAttributes(9, shape.described);
    shapes.set(shape, writer.take());
  }
  for (const { reason } of allLinks) {
    if (reasons.has(reason)) continue;
    writeAttributes(4, { linkReason: reason });
    reasons.set(reason, writer.take());
  }
}

function writeResource({ attributes }: Resource): void {
  const start = writer.open(1);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string' || typeof value === 'number') writeAttribute(1, name, value);
  }
  writer.close(start);
}

function writeSpan(span: OwnSpan): void {
  const { context, parentSpanContext: parent, described } = span;
  const start = writer.open(2);
  writer.id(1, context.traceId);
  writer.id(2, context.spanId);
  const state = context.traceState?.serialize();
  if (state) writer.text(3, state);
  if (parent) writer.id(4, parent.spanId);
  writer.fields(shapes.get(span.shape) ?? none);
  writer.nanoseconds(7, span.startMs);
  writer.nanoseconds(8, span.endMs);
  if (described) writeAttributes(9, described);
  for (const link of span.keptLinks) writeLink(link);
  if (span.droppedLinksCount > 0) writer.number(14, span.droppedLinksCount);
  if (span.failed) {
    const status = writer.open(15);
    writer.number(3, span.status.code);
    writer.close(status);
  }
  writer.fixed32(16, flagsOf(parent?.isRemote));
  writer.close(start);
}

function writeLink({ context, reason }: SpanLink): void {
  const start = writer.open(13);
  writer.id(1, context.traceId);
  writer.id(2, context.spanId);
  const state = context.traceState?.serialize();
  if (state) writer.text(3, state);
  writer.fields(reasons.get(reason) ?? none);
  writer.fixed32(6, flagsOf(context.isRemote));
  writer.close(start);
}

const none = new Uint8Array();

function writeAttributes(field: number, described: Described): void {
  for (const name in described) {
    const value = described[name as keyof Described];
    if (value !== undefined) writeAttribute(field, attributeNames[name as keyof Described], value);
  }
}

function writeAttribute(field: number, name: string, value: string | number): void {
  const start = writer.open(field);
  writer.text(1, name);
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
