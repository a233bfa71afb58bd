import { webserverEventSchema } from '@millrace/events';
import { expect, test } from 'vitest';
import { longestLine } from '../../src/sales/line-reader.ts';
import { readAccessLog } from '../../src/sales/read-access-log.ts';
import { chunked, collect } from './chunked.ts';

const readAt = '2025-11-22T20:00:00.000Z';

test('every line that is not blank is logged as it stands, equal ones each', async () => {
  const text = '1.2.3.4 - a\r\n1.2.3.4 - a\n\n\r\n  \n::1\rlast – one';
  const logged = await read(text);
  expect(logged.map(({ requestId, client, line }) => [requestId, client, line])).toEqual([
    ['access-log:1', '1.2.3.4', '1.2.3.4 - a'],
    ['access-log:2', '1.2.3.4', '1.2.3.4 - a'],
    ['access-log:5', '-', '  '],
    ['access-log:6', '::1', '::1'],
    ['access-log:7', 'last', 'last – one'],
  ]);
  expect(await read(text, [1])).toEqual(logged);
  for (const event of logged) expect(webserverEventSchema.parse(event)).toEqual(event);
});

test('a line without an end does not fill the memory', async () => {
  const [logged, ...more] = await read('x'.repeat(3 * longestLine), [100_000]);
  expect(logged?.line.length).toBe(longestLine);
  expect(more).toEqual([]);
});

function read(text: string, sizes?: readonly number[]) {
  return collect(readAccessLog(chunked(text, sizes), readAt));
}
