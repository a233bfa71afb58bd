import { expect, test } from 'vitest';
import { encodeRequest } from '../../src/protocol/request.ts';

const texts = [
  '',
  'a',
  'x'.repeat(9),
  'x'.repeat(33),
  'y'.repeat(1_000),
  '\u00fc',
  '\u20ac'.repeat(20),
  '\u{1f600}'.repeat(500),
];

test('a request is what the protocol says, whatever its texts', () => {
  for (const first of texts) {
    for (const second of texts) {
      const args = [first, second, Buffer.from(second), 12_345, first];
      const expected = [`*${args.length + 1}`, '$4', 'XADD'];
      for (const arg of args) {
        const text = String(arg);
        expected.push(`$${Buffer.byteLength(text)}`, text);
      }
      expect(encodeRequest('XADD', args).toString()).toBe(`${expected.join('\r\n')}\r\n`);
    }
  }
});
