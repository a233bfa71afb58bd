import { expect, test } from 'vitest';
import { type KafkaRequestHead, KafkaRequestHeads } from '../src/request-heads.ts';

function request(key: number, version: number, body: number): Buffer {
  const bytes = Buffer.alloc(4 + 8 + body, 0xff);
  bytes.writeInt32BE(8 + body, 0);
  bytes.writeInt16BE(key, 4);
  bytes.writeInt16BE(version, 6);
  return bytes;
}

test.each([1, 3, 7, 8, 100])('finds every head in chunks of %d bytes', (size) => {
  const heads: KafkaRequestHead[] = [];
  const found = new KafkaRequestHeads((head) => heads.push(head));
  const bytes = Buffer.concat([request(18, 4, 0), request(0, 12, 25), request(99, 1, 3)]);
  for (let at = 0; at < bytes.length; at += size) found.push(bytes.subarray(at, at + size));
  expect(heads).toEqual([
    { name: 'ApiVersions', version: 4, bytes: 8 },
    { name: 'Produce', version: 12, bytes: 33 },
    { name: 'request 99', version: 1, bytes: 11 },
  ]);
});

test('takes other bytes, such as TLS, for no requests', () => {
  const heads: KafkaRequestHead[] = [];
  const found = new KafkaRequestHeads((head) => heads.push(head));
  found.push(Buffer.from('160301020001', 'hex'));
  found.push(Buffer.from('ff'.repeat(40), 'hex'));
  found.push(request(0, 12, 25));
  expect(heads).toEqual([]);
});
