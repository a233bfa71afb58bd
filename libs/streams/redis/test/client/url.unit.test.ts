import { maskCredentials } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import { describeTarget, parseUrl } from '../../src/client/url.ts';

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

  test.each([
    ['redis://h?passwordFile=/run/secrets/a%20b', { passwordFile: '/run/secrets/a b' }],
    ['redis://u:a+b%2B@h', { username: 'u', password: 'a+b+' }],
    [
      'rediss+sentinel://h/shop?sentinelUsername=w&sentinelPassword=a+b%2Fc=',
      { sentinelUsername: 'w', sentinelPassword: 'a+b/c=', tls: true },
    ],
    ['rediss+cluster://h', { kind: 'cluster', tls: true }],
    ['redis://h/', { database: 0 }],
  ])('%s is read as it stands', (url, target) => {
    expect(parseUrl(url)).toMatchObject(target);
  });

  test.each([
    ['http://h', /must start with redis:/],
    ['redis://', /must start with redis:/],
    ['redis://a,b', /several hosts/],
    ['redis+sentinel://a', /names no master/],
    ['redis://h/x', /"x", which is no number/],
    ['redis://h:99999', /no host and port in "h:99999"/],
    ['redis://::1:6379', /no host and port/],
    ['redis://h/1/2', /more parts/],
    ['redis+sentinel://h/shop/1/2', /more parts/],
    ['redis+cluster://h/5', /a Cluster has none/],
    ['redis://h?db=3', /parameter "db"/],
    ['redis://h?connectTimeout=5', /parameter "connectTimeout"; known are passwordFile$/],
    ['redis://h?sentinelPassword=secret', /parameter "sentinelPassword"/],
    ['redis://:secret@h?passwordFile=/x', /a password and a passwordFile/],
    ['redis+unix:///run/x.sock', /must start with/],
  ])('%s is refused', (url, reason) => {
    expect(() => parseUrl(url)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(() => parseUrl(url)).toThrow(reason);
    expect(() => parseUrl(url)).not.toThrow(/secret/);
  });

  test.each(['qx7@vz9:jk5', 'qx7/vz9+jk5=', '12/vz9', 'qx7#vz9', 'qx7?vz9', '100%zzvz9', 'qx7@b@vz9'])(
    'a password that is not percent-encoded (%s) is refused and shown in no piece',
    (password) => {
      for (const url of [
        `redis://user:${password}@h:6379/0`,
        `rediss+cluster://user:${password}@a:1,b:2`,
        `redis+sentinel://user:${password}@a:1/shop?sentinelPassword=vz9`,
      ]) {
        expect(() => parseUrl(url)).toThrow(/%40|%25/);
        for (const piece of password.split(/[@/?#:%]/).filter((part) => part.length > 1))
          expect(() => parseUrl(url)).not.toThrow(piece);
      }
    },
  );

  test('is described without its login', () => {
    const shown = (url: string): string => describeTarget(parseUrl(url));
    expect(shown('redis://user:secret@[::1]/2')).toBe('redis://[::1]:6379/2');
    expect(shown('rediss+sentinel://u:s@a,b:2/shop/1?sentinelPassword=x')).toBe(
      'rediss+sentinel://a:26379,b:2/shop/1',
    );
  });

  test('keeps its password out of errors', () => {
    expect(() => parseUrl('redis://user:secret@a,b')).toThrow(/redis:\/\/\*\*\*@a,b/);
    expect(maskCredentials('connect redis://:secret@h?sentinelPassword=other failed')).not.toMatch(
      /secret|other/,
    );
  });
});
