import { expect, test } from 'vitest';
import { onOneBackend } from '../src/backends.ts';
import { decided, recordsIn } from '../src/records.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

/** So many that a replay is still at work when it is told to stop for the second time. */
const rows = 20_000;

onOneBackend('on', (backend) => {
  test('a replay that is killed, and later stopped in order under load, goes on each time and publishes nothing twice', async () => {
    await using world = await World.create(backend, generated(51, rows));
    const payments = await world.payments();
    {
      await using replay = world.start();
      await using streams = await replay.openStreams();
      await decided(replay, streams, 0.2 * payments);
      replay.signal('SIGKILL');
      await replay.ended();
    }
    {
      await using replay = world.resume();
      await using streams = await replay.openStreams();
      await decided(replay, streams, 0.4 * payments);
      for (const { processId } of replay.services()) process.kill(processId, 'SIGTERM');
      await decided(replay, streams, 0.6 * payments);
      replay.signal('SIGTERM');
      const { code, errors } = await replay.ended();
      expect(errors).toContain('going on where it stopped');
      expect(errors).toMatch(/stopped by SIGTERM; go on with npm run replay -- --run e2e-/);
      expect(code).toBe(130);
      expect(replay.services()).toEqual([]);
    }
    await using replay = world.resume();
    await using streams = await replay.openStreams();
    await world.expectAgreement(replay);
    expect(await recordsIn(streams, 'payment-events')).toBe(payments);
  });
});
