import { requireService, startRedis } from '@millrace/testing';
import { expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import {
  fetchCount,
  firstLease,
  joinOptions,
  records,
  stored,
  stubbornly,
  uniqueName,
  waitFor,
} from './support.ts';

const withRedis = requireService('redis');

const replicationMs = 300;
const leaseMs = 1_500;
/** Together they outlast the lease. */
const waits = 6;

withRedis('acks all', () => {
  test('says when the replica does not have the write in time, keeps leases meanwhile, and a repeat stores nothing twice', async () => {
    await using master = await startRedis({ arguments: ['--repl-diskless-sync-delay', '0'] });
    await using replica = await startRedis({ arguments: ['--replicaof', `127.0.0.1 ${master.port}`] });
    await waitFor('the replica is in sync', async () =>
      (await replica.command('INFO', 'replication')).includes('master_link_status:up'),
    );
    await using driver = await openRedis(master.url, { replicationMs });
    expect(driver.capabilities.replicated).toBe(true);
    const [topic, output, group] = [uniqueName('t'), uniqueName('o'), uniqueName('g')];
    await driver.admin.ensureTopics([topic, output].map((name) => ({ name, partitions: 1 })));
    await driver.append(records(topic, ['a']), { acks: 'leader' });
    await using membership = await driver.join(group, joinOptions([topic], { acks: 'all', leaseMs }));
    const lease = await firstLease(membership);
    const acknowledged = await fetchCount(lease, 1);

    replica.pause();
    const append = driver.append(records(topic, ['b']), { acks: 'all' });
    await expect(append).rejects.toMatchObject({ code: 'NOT_REPLICATED', retryable: true });
    const step = { acknowledged, outputs: records(output, ['made of a']), state: [], dedupeIds: [] };
    for (let attempt = 0; attempt < waits; attempt++) {
      await expect(lease.commit(step)).rejects.toMatchObject({ code: 'NOT_REPLICATED' });
    }
    expect(lease.lost.aborted).toBe(false);
    replica.resume();
    await stubbornly(() => lease.commit(step));
    expect(await stored(driver, output)).toEqual(['made of a']);
    expect(await stored(driver, topic)).toEqual(['a', 'b']);
  });
});
