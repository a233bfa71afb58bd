import type { Streams } from '@millrace/streams';
import { describe, test } from 'vitest';
import { backends } from '../src/backends.ts';
import { decided, recordsIn } from '../src/records.ts';
import type { Replay } from '../src/replay.ts';
import { World } from '../src/world.ts';

describe.each(backends)('on $name', (backend) => {
  test.each(['payment', 'database'])(
    'while %s stands still a backlog grows, and then it catches up',
    async (service) => {
      await using world = await World.create(backend, 31, 100);
      await using replay = world.start();
      await using streams = await replay.openStreams();
      await decided(replay, streams, 0.2 * (await world.payments()));
      await standStill(replay, streams, service);
      await world.expectAgreement(replay);
    },
  );
});

/** Stops the process until its group is behind; longer than a lease lasts, so that it wakes as a member without leases. */
async function standStill(replay: Replay, streams: Streams, group: string): Promise<void> {
  const { processId } = await replay.service(group);
  const before = await recordsIn(streams, 'payment-events');
  process.kill(processId, 'SIGSTOP');
  try {
    await replay.until(`a backlog of ${group}`, async () => {
      const { partitions, members } = await streams.admin.describeGroup(group);
      const lag = partitions.reduce((sum, partition) => sum + (partition.lag ?? 0), 0);
      const leases = members.reduce((sum, member) => sum + member.leases.length, 0);
      return lag > 300 && leases === 0 && (await recordsIn(streams, 'payment-events')) > before;
    });
  } finally {
    process.kill(processId, 'SIGCONT');
  }
}
