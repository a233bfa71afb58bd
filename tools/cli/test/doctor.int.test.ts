import { openDriver } from '@millrace/streams';
import { requireService, startKafka, startRedis } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { onEveryBackend } from './support/backends.ts';
import { call } from './support/call.ts';

describe('the doctor', () => {
  onEveryBackend((_backend, url) => {
    it('finds nothing on a sound server, and leaves nothing there', async () => {
      const { code, stdout, stderr } = await call(['doctor', '--url', url()]);
      expect({ code, faults: stdout.match(/FAULT.*/g) }, stdout + stderr).toEqual({ code: 0, faults: null });
      expect((await call(['topics', 'list', '--url', url()])).stderr).toContain('no topics');
    });

    it('finds retention that will delete what a group has not handled', async () => {
      await call(['topics', 'create', 'old', '--max-age', '60m', '--even-if-unacknowledged', '--url', url()]);
      await call([
        'topics',
        'create',
        'few',
        '--max-records',
        '100',
        '--even-if-unacknowledged',
        '--url',
        url(),
      ]);
      for (const topic of ['old', 'few']) {
        await call(['produce', topic, 'x', '--url', url()]);
        await call(['consume', topic, '--group', `slow-${topic}`, '--url', url()]);
      }
      await using driver = await openDriver(url());
      const record = {
        partition: 0,
        key: null,
        value: 'x',
        headers: {},
        timestamp: Date.now() - 40 * 60_000,
      };
      if (driver.name === 'redis') {
        // Redis gives records their times itself: there it is their number.
        await driver.append(
          Array.from({ length: 60 }, () => ({ ...record, topic: 'few' })),
          { acks: 'leader' },
        );
      } else await driver.append([{ ...record, topic: 'old' }], { acks: 'leader' });
      const { code, lines } = await call(['doctor', '--json', '--url', url()]);
      expect(code).toBe(1);
      expect(faultsOf(lines)).toEqual(['retention']);
    });
  });

  requireService('redis')('on Redis', () => {
    it('finds each fault that endangers data', async () => {
      await using server = await startRedis();
      const doctor = (...more: string[]) => call(['doctor', '--json', '--url', server.url, ...more]);
      const planted: readonly (readonly [set: readonly string[], reset: readonly string[], check: string])[] =
        [
          [['maxmemory-policy', 'allkeys-lru'], ['maxmemory-policy', 'noeviction'], 'eviction'],
          [['maxmemory-policy', 'volatile-ttl'], ['maxmemory-policy', 'noeviction'], 'eviction'],
          [['maxmemory', '1mb'], ['maxmemory', '0'], 'memory'],
          [['appendfsync', 'no'], ['appendfsync', 'always'], 'persistence'],
          [['appendonly', 'no'], ['appendonly', 'yes'], 'persistence'],
        ];
      for (const [set, reset, check] of planted) {
        await server.command('CONFIG', 'SET', ...set);
        const { code, lines } = await doctor('--read-only');
        expect({ code, faults: faultsOf(lines) }, set.join(' ')).toEqual({ code: 1, faults: [check] });
        await server.command('CONFIG', 'SET', ...reset);
      }
      expect((await doctor()).code).toBe(0);
    });

    it('finds a server that is away, a wrong password and a missing right, and prints no password', async () => {
      await using server = await startRedis();
      await server.command('ACL', 'SETUSER', 'ann', 'on', '>hunter2', '~*', '&*', '+@all', '-xadd');
      const at = `127.0.0.1:${server.port}`;
      const doctor = (url: string) => call(['doctor', '--json', '--url', url]);
      const cases = [
        [`redis://ann:hunter2@${at}`, 'rights'],
        [`redis://ann:hunter3@${at}`, 'rights'],
        ['redis://ann:hunter2@127.0.0.1:1', 'reachable'],
      ] as const;
      for (const [url, check] of cases) {
        const { code, lines, stdout, stderr } = await doctor(url);
        expect({ code, faults: faultsOf(lines) }, url).toEqual({ code: 1, faults: [check] });
        expect(stdout + stderr).not.toMatch(/hunter[23]/);
      }
    });
  });

  requireService('kafka')('on Kafka', () => {
    it('finds leaders that may lack acknowledged records', async () => {
      await using server = await startKafka({ properties: { 'unclean.leader.election.enable': 'true' } });
      const { code, lines } = await call(['doctor', '--json', '--url', server.url]);
      expect({ code, faults: faultsOf(lines) }).toEqual({ code: 1, faults: ['leaders'] });
    });
  });
});

function faultsOf(lines: readonly Record<string, unknown>[]): unknown[] {
  return lines.filter(({ level }) => level === 'fault').map(({ check }) => check);
}
