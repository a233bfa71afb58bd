/** A message as the wire format shows it: its fields by number, each value a number, bytes in hexadecimal, or a message. */
export interface WireMessage {
  readonly [field: number]: readonly WireValue[];
}

export type WireValue = string | WireMessage;

/** The messages within a message, by the number of their field; whatever is not named is a number or bytes. */
export interface WireShape {
  readonly [field: number]: WireShape;
}

const attribute: WireShape = { 2: {} };
const span: WireShape = { 9: attribute, 13: { 4: attribute }, 15: {} };

/** ExportTraceServiceRequest, without events. */
export const traceRequest: WireShape = { 1: { 1: { 1: attribute }, 2: { 1: {}, 2: span } } };

/**
 * Reads Protocol Buffers without any code of what wrote them. A zero is left out, as it means the same as a field that is
 * not there, and so is an empty text or message.
 */
export function readWire(bytes: Buffer, shape: WireShape): WireMessage {
  const fields: Record<number, WireValue[]> = {};
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const taken = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError(`${length} bytes at ${at} of ${bytes.length}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const field = tag >>> 3;
    const value = wireValue(tag & 7, { varint, taken, within: shape[field] });
    if (value !== undefined) fields[field] = [...(fields[field] ?? []), value];
  }
  return fields;
}

interface Reading {
  readonly varint: () => bigint;
  readonly taken: (length: number) => Buffer;
  readonly within: WireShape | undefined;
}

function wireValue(wireType: number, { varint, taken, within }: Reading): WireValue | undefined {
  switch (wireType) {
    case 0:
      return nonZero(varint());
    case 1:
      return nonZero(taken(8).readBigUInt64LE());
    case 2: {
      const content = taken(Number(varint()));
      if (!within) return content.length === 0 ? undefined : content.toString('hex');
      const message = readWire(content, within);
      return Object.keys(message).length === 0 ? undefined : message;
    }
    case 5:
      return nonZero(BigInt(taken(4).readUInt32LE()));
    default:
      throw new TypeError(`wire type ${wireType}`);
  }
}

function nonZero(value: bigint): string | undefined {
  return value === 0n ? undefined : String(value);
}
