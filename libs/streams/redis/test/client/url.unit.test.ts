import { mask } from '@millrace/streams/driver-kit';
import { describe, expect, test } from 'vitest';
import { parseUrl } from '../../src/client/url.ts';

describe('a Redis URL', () => {
  test.each([
    ['redis://h', { kind: 'single', endpoint: { host: 'h', port: 6379 }, database: 0, tls: false }],
    [
      'rediss://u:p%40ss@h:7000/3',
      {
        kind: 'single',
        endpoint: { host: 'h', port: 7000 },
        database: 3,
        username: 'u',
        password: 'p@ss',
        tls: true,
      },
    ],
    [
      'redis://:p@[::1]:1',
      { kind: 'single', endpoint: { host: '::1', port: 1 }, database: 0, password: 'p', tls: false },
    ],
    [
      'redis+cluster://a:1,b:2',
      {
        kind: 'cluster',
        endpoints: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
        tls: false,
      },
    ],
    [
      'redis+sentinel://u:p@a,b:2/shop/1?sentinelPassword=s',
      {
        kind: 'sentinel',
        endpoints: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 2 },
        ],
        name: 'shop',
        database: 1,
        username: 'u',
        password: 'p',
        sentinelPassword: 's',
        tls: false,
      },
    ],
  ])('%s', (url, target) => {
    expect(parseUrl(url)).toEqual(target);
  });

  test.each(['http://h', 'redis://', 'redis://a,b', 'redis+sentinel://a', 'redis://h/x', 'redis://h:99999'])(
    '%s is refused',
    (url) => {
      expect(() => parseUrl(url)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    },
  );

  test('keeps its password out of errors', () => {
    expect(() => parseUrl('redis://user:secret@a,b')).toThrow(/user:\*\*\*@a,b/);
    expect(mask('connect redis://:secret@h?sentinelPassword=other failed')).not.toMatch(/secret|other/);
  });
});
