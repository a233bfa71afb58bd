import type { Driver } from '@millrace/streams';
import { redisServices, requireService, serverOf, startRedis } from '@millrace/testing';
import { expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { fetchCount, firstLease, joinOptions, records, uniqueName } from './support.ts';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));
const some = 3_000;

/** A group that handled the first ten of its topic, and the topic. */
async function prepare(driver: Driver): Promise<{ topic: string; group: string; stream: string }> {
  const [topic, group] = [uniqueName('t'), uniqueName('g')];
  await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
  await driver.append(records(topic, numbers(10)), { acks: 'leader' });
  await handle(driver, topic, group, 10);
  return { topic, group, stream: `${topic}:{P0}` };
}

async function compete(driver: Driver, topic: string, group: string, count: number): Promise<void> {
  await using member = await driver.compete(group, joinOptions([topic], { maxInFlight: 500 }));
  for (let left = count; left > 0; ) {
    const records = await fetchCount(member, Math.min(left, 500));
    await member.commit(records.map((record) => ({ record, acknowledged: true, outputs: [] })));
    left -= records.length;
  }
}

async function handle(driver: Driver, topic: string, group: string, count: number): Promise<void> {
  const membership = await driver.join(group, joinOptions([topic]));
  const lease = await firstLease(membership);
  for (let left = count; left > 0; ) {
    const acknowledged = await fetchCount(lease, Math.min(left, 500));
    await lease.commit({ acknowledged, outputs: [], state: [], dedupeIds: [] });
    left -= acknowledged.length;
  }
  await membership[Symbol.asyncDispose]();
}

async function partitionOf(driver: Driver, group: string) {
  return (await driver.admin.describeGroup(group)).partitions[0];
}

for (const service of redisServices) {
  requireService(service)(`the lag of a group on ${service}`, () => {
    test('is right, or unknown with a reason, whatever was trimmed, deleted or set by hand', async () => {
      await using server = await startRedis({ ...serverOf(service), arguments: ['--appendonly', 'no'] });
      await using driver = await openRedis(server.url);
      const { topic, group, stream } = await prepare(driver);
      const lag = async (): Promise<number | undefined> => (await partitionOf(driver, group))?.lag;
      const append = (count: number): Promise<unknown> =>
        driver.append(records(topic, numbers(count)), { acks: 'leader' });
      expect(await lag()).toBe(0);
      await append(some);
      expect(await lag()).toBe(some);
      // Trimmed unread, by us: what is left counts, also while it is read.
      await driver.admin.trim(topic, { keep: 2_000, evenIfUnacknowledged: true });
      expect(await lag()).toBe(2_000);
      await handle(driver, topic, group, 500);
      expect(await lag()).toBe(1_500);
      await append(some);
      expect(await lag()).toBe(1_500 + some);
      // Trimmed unread by another program.
      await server.command('XTRIM', stream, 'MAXLEN', 1_200);
      expect(await lag()).toBe(1_200);
      await handle(driver, topic, group, 500);
      expect(await lag()).toBe(700);
      // Tombstones, and a position in the middle.
      await append(some);
      await server.command('XDEL', stream, (await oneAfter(driver, topic, 1_500)) ?? '');
      const unknown = await partitionOf(driver, group);
      if (unknown?.lag === undefined) expect(unknown?.lagUnknown).toMatch(/lost count/);
      else expect(unknown.lag).toBe(700 + some - 1);
      await driver.admin.seek(group, 'latest', {});
      expect(await lag()).toBe(0);
      await append(300);
      expect(await lag()).toBe(300);
      await driver.admin.seek(group, 'earliest', {});
      const length = (await driver.admin.describe(topic)).partitions[0]?.records;
      expect((await partitionOf(driver, group))?.lag ?? length).toBe(length);
      // A position beyond the end, and one from which everything was trimmed.
      await server.command('XGROUP', 'SETID', stream, group, '99999999999999-0');
      expect(await lag()).toBe(0);
      await server.command('XGROUP', 'SETID', stream, group, '0');
      await server.command('XTRIM', stream, 'MAXLEN', 0);
      expect(await lag()).toBe(0);
    });

    test.each([
      ['partitioned', handle],
      ['competing', compete],
    ] as const)(
      'of a %s group is right after others trimmed many records that it had not read',
      async (_mode, work) => {
        await using server = await startRedis({ ...serverOf(service), arguments: ['--appendonly', 'no'] });
        await using driver = await openRedis(server.url);
        const [topic, group, other] = [uniqueName('t'), uniqueName('g'), uniqueName('o')];
        const stream = `${topic}:{P0}`;
        const lag = async (name = group): Promise<number | undefined> =>
          (await partitionOf(driver, name))?.lag;
        await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
        await driver.append(records(topic, numbers(10)), { acks: 'leader' });
        await work(driver, topic, group, 10);
        await server.command('XGROUP', 'CREATE', stream, other, '0');
        await driver.append(records(topic, numbers(5_000)), { acks: 'leader' });
        await server.command('XTRIM', stream, 'MAXLEN', 3_500);
        expect(await lag()).toBe(3_500);
        await work(driver, topic, group, 500);
        expect(await lag()).toBe(3_000);
        await work(driver, topic, group, 1_500);
        expect(await lag()).toBe(1_500);
        await driver.append(records(topic, numbers(1_000)), { acks: 'leader' });
        expect(await lag()).toBe(2_500);
        // Nobody looks after the count of another program's group.
        for (const count of [10, 2_000])
          await server.command(
            'XREADGROUP',
            'GROUP',
            other,
            'c',
            'COUNT',
            count,
            'NOACK',
            'STREAMS',
            stream,
            '>',
          );
        const { lag: otherLag, lagUnknown } = (await partitionOf(driver, other)) ?? {};
        if (otherLag === undefined) expect(lagUnknown).toMatch(/lost count/);
        else expect(otherLag).toBe(2_490);
      },
    );

    test('leaves out what was trimmed while it was pending', async () => {
      await using server = await startRedis({ ...serverOf(service), arguments: ['--appendonly', 'no'] });
      await using driver = await openRedis(server.url);
      const { topic, group } = await prepare(driver);
      await driver.append(records(topic, numbers(20)), { acks: 'leader' });
      await using membership = await driver.join(group, joinOptions([topic]));
      await fetchCount(await firstLease(membership), 20);
      expect(await partitionOf(driver, group)).toMatchObject({ pending: 20, lag: 20 });
      await driver.admin.trim(topic, { keep: 5, evenIfUnacknowledged: true });
      expect(await partitionOf(driver, group)).toMatchObject({ pending: 20, lag: 5 });
    });
  });
}

/** The id of the n-th record from the end. */
async function oneAfter(driver: Driver, topic: string, fromEnd: number): Promise<string | undefined> {
  const ids: string[] = [];
  for await (const chunk of driver.read(topic, 0, 'earliest', { to: 'now', max: 500 }))
    ids.push(...chunk.map(({ offset }) => offset));
  return ids.at(-fromEnd);
}
