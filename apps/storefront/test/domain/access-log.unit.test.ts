import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnsweredRequest, formatLine } from '../../src/domain/access-log.ts';

const request: AnsweredRequest = {
  client: '203.0.113.7',
  at: new Date('2025-11-02T20:01:02.345Z'),
  method: 'GET',
  target: '/products/10102',
  protocol: 'HTTP/1.1',
  status: 200,
  bytes: 512,
};

const combined =
  /^203\.0\.113\.7 - - \[02\/Nov\/2025:20:01:02 \+0000\] "GET \S+ HTTP\/1\.1" 200 (\d+|-) "(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*"$/;

test('a request is one line in the combined format', () => {
  expect(formatLine({ ...request, referrer: 'https://shop.example/', agent: 'a "b" \\' })).toBe(
    '203.0.113.7 - - [02/Nov/2025:20:01:02 +0000] "GET /products/10102 HTTP/1.1" 200 512 "https://shop.example/" "a \\"b\\" \\\\"',
  );
  expect(formatLine({ ...request, bytes: 0 })).toContain(' 200 - "-" "-"');
});

test('whatever a client sends, the line stays one well-formed line', () => {
  const character = fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCodePoint(code));
  const text = fc.string({ unit: character });
  fc.assert(
    fc.property(text, text, text, (target, referrer, agent) => {
      const line = formatLine({ ...request, target: `/${target}`, referrer, agent });
      expect(line).toMatch(combined);
      expect(line.split(/[\r\n]/)).toHaveLength(1);
    }),
  );
});
