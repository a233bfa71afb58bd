import type { Streams } from '@millrace/streams';
import { expect, test } from 'vitest';
import { onOneBackend } from '../src/backends.ts';
import { Program } from '../src/program.ts';
import { decided } from '../src/records.ts';
import type { Replay } from '../src/replay.ts';
import { generated } from '../src/shop-files.ts';
import { until } from '../src/until.ts';
import { serviceProgram } from '../src/workspace.ts';
import { World } from '../src/world.ts';

onOneBackend('on', (backend) => {
  test('further members of payment and inventory join and leave while orders come in, and a backlog of members that stand still is worked off', async () => {
    await using world = await World.create(backend, generated(41, 20_000));
    await using replay = world.start();
    await using streams = await replay.openStreams();
    const payments = await world.payments();
    await decided(replay, streams, 0.05 * payments);
    const further: Program[] = [];
    for (const service of ['payment', 'inventory', 'payment', 'inventory']) {
      further.push(new Program(serviceProgram(service), [], replay.serviceEnvironment));
    }
    for (const group of ['payment', 'inventory']) await shared(replay, streams, group, 3);
    await decided(replay, streams, 0.3 * payments);
    for (const program of further) program.signal('SIGTERM');
    for (const program of further) expect((await program.ended).code).toBe(0);
    await decided(replay, streams, 0.4 * payments);
    await standStill(replay, streams, 'payment');
    await decided(replay, streams, 0.6 * payments);
    await standStill(replay, streams, 'database');
    await world.expectAgreement(replay);
  });
});

/** Waits until so many members of the group hold leases. */
async function shared(replay: Replay, streams: Streams, group: string, members: number): Promise<void> {
  await replay.until(`${members} members of ${group} with leases`, async () => {
    const description = await streams.admin.describeGroup(group);
    return description.members.filter(({ leases }) => leases.length > 0).length === members;
  });
}

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
