import { expect, test } from 'vitest';
import { addressOf, serverUrl } from '../src/native/server-url.ts';
import { bootstrap } from '../src/scenarios/common.ts';

test('addresses are read as the drivers read them', () => {
  expect(serverUrl('redis+sentinel://a,b:1/mymaster/3')).toMatchObject({
    endpoints: [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 1 },
    ],
    path: ['mymaster', '3'],
  });
  expect(serverUrl('rediss://shop:p%40ss@[::1]/2')).toMatchObject({
    username: 'shop',
    password: 'p@ss',
    endpoints: [{ host: '::1', port: 6379 }],
  });
  expect(addressOf({ host: '::1', port: 1 })).toBe('[::1]:1');
});

test('commands of Kafka name its brokers, and nobody’s login', () => {
  expect(bootstrap('kafka://shop:s3cret@a,[::1]:9093?sasl=plain')).toBe('a:9092,[::1]:9093');
  expect(bootstrap('embedded:file.db')).toBe('localhost:9092');
});
