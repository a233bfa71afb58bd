import { expect, it } from 'vitest';
import { ProtobufWriter } from '../../../src/tracing/otlp/protobuf-writer.ts';
import { readWire } from './wire.ts';

it('writes a message whose content fills the buffer to the last byte, or nearly', () => {
  const content = Buffer.alloc(64 * 1024, 7);
  for (let length = content.length - 40; length <= content.length; length++) {
    const writer = new ProtobufWriter();
    const start = writer.open(1);
    writer.fields(content.subarray(0, length));
    writer.close(start);
    const read = readWire(Buffer.from(writer.take()), {});
    expect(read[1]?.[0]).toBe(content.toString('hex', 0, length));
  }
});
