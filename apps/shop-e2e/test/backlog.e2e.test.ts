import type { Streams } from '@millrace/streams';
import { test } from 'vitest';
import { onOneBackend } from '../src/backends.ts';
import { decided } from '../src/records.ts';
import type { Replay } from '../src/replay.ts';
import { generated } from '../src/shop-files.ts';
import { until } from '../src/until.ts';
import { World } from '../src/world.ts';

onOneBackend('on', (backend) => {
  test('while payment and later database stand still a backlog grows, and then they catch up', async () => {
    await using world = await World.create(backend, generated(31));
    await using replay = world.start();
    await using streams = await replay.openStreams();
    const payments = await world.payments();
    await decided(replay, streams, 0.2 * payments);
    await standStill(replay, streams, 'payment');
    await decided(replay, streams, 0.5 * payments);
    await standStill(replay, streams, 'database');
    await world.expectAgreement(replay);
  });
});

/** Stops the process until its group is behind and its leases are over, so that it wakes as a member without any. */
async function standStill(replay: Replay, streams: Streams, group: string): Promise<void> {
  const { processId } = await replay.service(group);
  for (let attempt = 1; ; attempt++) {
    process.kill(processId, 'SIGSTOP');
    try {
      await until(() => isBehind(streams, group), { what: `a backlog of ${group}`, timeoutMs: 8_000 });
      return;
    } catch (error) {
      // Stopped within a transaction on a shared file it holds up everybody else too: not the case that is meant.
      if (attempt === 5) throw error;
    } finally {
      process.kill(processId, 'SIGCONT');
    }
  }
}

async function isBehind(streams: Streams, group: string): Promise<true | undefined> {
  const { partitions, members } = await streams.admin.describeGroup(group);
  const lag = partitions.reduce((sum, partition) => sum + (partition.lag ?? 0), 0);
  const leases = members.reduce((sum, member) => sum + member.leases.length, 0);
  return lag > 300 && leases === 0 ? true : undefined;
}
