import { describe, expect, it } from 'vitest';
import { parseUrl } from '../src/url.ts';

describe('a Kafka URL', () => {
  it('names brokers', () => {
    expect(parseUrl('kafka://a:9092,b')).toMatchObject({
      brokers: [
        { host: 'a', port: 9092 },
        { host: 'b', port: 9092 },
      ],
      tls: false,
      lingerMs: 0,
      compression: { name: 'none' },
    });
    expect(parseUrl('kafka://[::1]:9093').brokers).toEqual([{ host: '::1', port: 9093 }]);
  });

  it('may hold a login, TLS, compression and linger', () => {
    const target = parseUrl('kafka+ssl://u:p%40ss@a?sasl=scram-sha-256&compression=zstd&linger=5');
    expect(target).toMatchObject({
      tls: true,
      login: { mechanism: 'scram-sha-256', username: 'u', password: 'p@ss' },
      compression: { name: 'zstd' },
      lingerMs: 5,
    });
    expect(parseUrl('kafka://a?client=a+b%20c').clientId).toBe('a+b c');
    expect(parseUrl('kafka://u:p@a').login).toMatchObject({ mechanism: 'scram-sha-512' });
  });

  it('may say how topics are created', () => {
    expect(parseUrl('kafka://a').topics.maxMessageBytes).toBe(16 * 1024 * 1024 + 65_536);
    const settings = 'max.message.bytes=8388608&replication.factor=3&min.insync.replicas=2';
    expect(parseUrl(`kafka://a?${settings}`).topics).toEqual({
      maxMessageBytes: 8_388_608,
      replicas: 3,
      minInSync: 2,
    });
  });

  it.each([
    ['kafka://a?max.message.bytes=1000', /max.message.bytes=1000, which is no number of at least/],
    ['kafka://a?replication.factor=many', /no number of at least 1/],
    ['kafka:a', /must start with kafka:/],
    ['kafka://a/orders', /a part after its hosts/],
    ['kafka://u:100%secret@a', /write it as %25/],
    ['kafka://u:se@cret@a', /write @ as %40/],
    ['kafka://a:0', /no host and port/],
    ['kafka://a?sasl=plain', /no user/],
    ['kafka://u:secret@a?sasl=kerberos', /use plain, scram-sha-256/],
    ['kafka://a?sasl=oauthbearer', /option token/],
    ['kafka://u:secret@a?sasl=oauthbearer', /names a user/],
    ['kafka://u:secret@a?compresion=gzip', /parameter "compresion"/],
    ['kafka://u:secret@a?compression=brotli', /use one of none, gzip/],
    ['kafka://u:secret@a?linger=soon', /no number/],
  ])('%s is refused with the reason and without the password', (url, reason) => {
    expect(() => parseUrl(url)).toThrow(reason);
    expect(() => parseUrl(url)).not.toThrow(/secret|cret@/);
  });
});
