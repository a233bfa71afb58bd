import type { Streams } from '@millrace/streams';
import { expect, test } from 'vitest';
import { onOneBackend } from '../src/backends.ts';
import { Program } from '../src/program.ts';
import { decided } from '../src/records.ts';
import type { Replay } from '../src/replay.ts';
import { generated } from '../src/shop-files.ts';
import { serviceProgram } from '../src/workspace.ts';
import { World } from '../src/world.ts';

onOneBackend('on', (backend) => {
  test('a second and a third payment and inventory join while orders come in, and leave again', async () => {
    await using world = await World.create(backend, generated(41));
    await using replay = world.start();
    await using streams = await replay.openStreams();
    const payments = await world.payments();
    await decided(replay, streams, 0.1 * payments);
    const further: Program[] = [];
    for (const service of ['payment', 'inventory', 'payment', 'inventory']) {
      further.push(new Program(serviceProgram(service), [], replay.serviceEnvironment));
    }
    for (const group of ['payment', 'inventory']) await shared(replay, streams, group, 3);
    await decided(replay, streams, 0.6 * payments);
    for (const program of further) program.signal('SIGTERM');
    for (const program of further) expect((await program.ended).code).toBe(0);
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
