import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDriver } from '@millrace/streams';
import { requireService, runJavaClient, startKafkaCluster, startRedis } from '@millrace/testing';
import { describe, expect, it, vi } from 'vitest';
import { onEveryBackend, startedOnce } from './support/backends.ts';
import { call } from './support/call.ts';

const soon = { timeout: 60_000 };

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
    const server = startedOnce(startRedis);
    const doctor = (...more: string[]) => call(['doctor', '--json', '--url', server().url, ...more]);

    it.each([
      [['maxmemory-policy', 'allkeys-lru'], ['maxmemory-policy', 'noeviction'], 'eviction'],
      [['maxmemory-policy', 'volatile-ttl'], ['maxmemory-policy', 'noeviction'], 'eviction'],
      [['maxmemory', '1mb'], ['maxmemory', '0'], 'memory'],
      [['appendfsync', 'no'], ['appendfsync', 'always'], 'persistence'],
      [['appendonly', 'no'], ['appendonly', 'yes'], 'persistence'],
      [['min-replicas-to-write', '1'], ['min-replicas-to-write', '0'], 'replicas'],
    ] as const)('finds %j', async (set, reset, check) => {
      await server().command('CONFIG', 'SET', ...set);
      const { code, lines } = await doctor('--read-only');
      expect({ code, faults: faultsOf(lines) }).toEqual({ code: 1, faults: [check] });
      await server().command('CONFIG', 'SET', ...reset);
      expect((await doctor()).code).toBe(0);
    });

    it('finds a clock that is ahead of the server or behind it', async () => {
      for (const hours of [1, -1]) {
        const { code, lines } = await withClock(hours, () => doctor());
        expect({ code, faults: faultsOf(lines) }).toEqual({ code: 1, faults: ['clock'] });
      }
    });

    it('finds a server that is away, a wrong password and a missing right, and prints no password', async () => {
      await server().command('ACL', 'SETUSER', 'ann', 'on', '>hunter2', '~*', '&*', '+@all', '-xadd');
      const at = `127.0.0.1:${server().port}`;
      const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
      const file = join(folder, 'password');
      await writeFile(file, 'hunter2');
      const cases = [
        [`redis://ann:hunter2@${at}`, 'rights'],
        [`redis://ann:hunter3@${at}`, 'rights'],
        [`redis://ann@${at}?passwordFile=${file}`, 'rights'],
        ['redis://ann:hunter2@127.0.0.1:1', 'reachable'],
      ] as const;
      for (const [url, check] of cases) {
        const { code, lines, stdout, stderr } = await call(['doctor', '--json', '--url', url]);
        expect({ code, faults: faultsOf(lines) }, url).toEqual({ code: 1, faults: [check] });
        expect(stdout + stderr).not.toMatch(/hunter[23]/);
      }
      await server().command('ACL', 'SETUSER', 'ann', '+xadd');
      const url = `redis://ann@${at}?passwordFile=${file}`;
      expect(await call(['doctor', '--url', url])).toMatchObject({ code: 0 });
      await rm(folder, { recursive: true, force: true });
    });
  });

  requireService('kafka')('on Kafka', () => {
    const cluster = startedOnce(startKafkaCluster);
    const doctor = () => call(['doctor', '--json', '--url', cluster().url]);
    const found = async () => faultsOf((await doctor()).lines);
    const tool = (name: string, ...given: string[]) =>
      runJavaClient(name, ['--bootstrap-server', cluster().url.slice('kafka://'.length), ...given]);

    it('finds nothing on a sound cluster', async () => {
      await call(['topics', 'create', 'sound', '--url', cluster().url]);
      const { code, stdout } = await doctor();
      expect({ code, faults: stdout.match(/.*"fault".*/g) }).toEqual({ code: 0, faults: null });
    });

    it.each([
      ['replication.factor=1', 'copies'],
      ['min.insync.replicas=1', 'min.insync.replicas'],
      ['min.insync.replicas=4', 'writable'],
      ['unclean.leader.election.enable=true', 'leaders'],
    ])('finds a topic with %s', async (setting, check) => {
      const own = setting.startsWith('replication') ? [setting, 'min.insync.replicas=1'] : [setting];
      const settings = own.flatMap((each) => ['--setting', each]);
      await call(['topics', 'create', 'planted', ...settings, '--url', cluster().url]);
      const { code, lines } = await doctor();
      expect({ code, faults: faultsOf(lines) }).toEqual({ code: 1, faults: [check] });
      await call(['topics', 'delete', 'planted', '--yes', '--url', cluster().url]);
    });

    it('finds a clock that is ahead of the brokers or behind them', async () => {
      for (const hours of [1, -1]) {
        const { code, lines } = await withClock(hours, doctor);
        expect({ code, faults: faultsOf(lines) }).toEqual({ code: 1, faults: ['clock'] });
      }
    });

    requireService('kafka-clients')('with its own tools', () => {
      it('finds brokers whose leaders may lack acknowledged records', async () => {
        const brokers = ['--alter', '--entity-type', 'brokers', '--entity-default'];
        const setting = 'unclean.leader.election.enable';
        await tool('ConfigCommand', ...brokers, '--add-config', `${setting}=true`);
        await expect.poll(found, soon).toEqual(['leaders']);
        await tool('ConfigCommand', ...brokers, '--delete-config', setting);
        await expect.poll(found, soon).toEqual([]);
      });

      it('finds a share group whose broker keeps dead letters of its own', async () => {
        await call(['produce', 'sound', 'x', '--url', cluster().url]);
        await tool(
          'consumer.ConsoleShareConsumer',
          '--topic',
          'sound',
          '--group',
          'crew',
          '--timeout-ms',
          '3000',
        );
        const group = ['--alter', '--entity-type', 'groups', '--entity-name', 'crew'];
        const setting = 'errors.deadletterqueue.topic.name';
        await tool('ConfigCommand', ...group, '--add-config', `${setting}=crew-dlq`);
        const { code, lines } = await doctor();
        expect({ code, faults: faultsOf(lines) }).toEqual({ code: 1, faults: ['dead letters'] });
        await tool('ConfigCommand', ...group, '--delete-config', setting);
        await expect.poll(found, soon).toEqual([]);
      });
    });

    requireService('kafka-clients')('with settings of a share group changed by its tools', () => {
      it('finds each of them, until a member joins again', async () => {
        await call(['produce', 'sound', 'x', '--url', cluster().url]);
        const join = () =>
          call([
            'consume',
            'sound',
            '--group',
            'ours',
            '--mode',
            'competing',
            '--until-end',
            '--url',
            cluster().url,
          ]);
        await join();
        expect(await found()).toEqual([]);
        const group = ['--alter', '--entity-type', 'groups', '--entity-name', 'ours'];
        const settings = [
          'share.delivery.count.limit=5',
          'share.isolation.level=read_uncommitted',
          'share.auto.offset.reset=latest',
        ];
        await tool('ConfigCommand', ...group, '--add-config', settings.join());
        await expect.poll(found, soon).toEqual(['delivery limit', 'isolation', 'start']);
        await join();
        await expect.poll(found, soon).toEqual([]);
      });
    });

    it('finds a copy that is not in sync, and a topic in which nothing can be stored', async () => {
      const strict = ['--setting', 'min.insync.replicas=3'];
      await call(['topics', 'create', 'strict', ...strict, '--url', cluster().url]);
      await cluster().nodes[2]?.kill();
      await expect.poll(found, soon).toEqual(['writable', 'in sync']);
    });
  });
});

/** Runs it with the clock of this process that many hours ahead. */
async function withClock<Result>(hours: number, run: () => Promise<Result>): Promise<Result> {
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + hours * 3_600_000);
  try {
    return await run();
  } finally {
    clock.mockRestore();
  }
}

function faultsOf(lines: readonly Record<string, unknown>[]): unknown[] {
  return lines.filter(({ level }) => level === 'fault').map(({ check }) => check);
}
