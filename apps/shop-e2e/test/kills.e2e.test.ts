import { expect, test } from 'vitest';
import { onEveryBackend } from '../src/backends.ts';
import { moments } from '../src/moments.ts';
import { decided } from '../src/records.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

const services = ['inventory', 'payment', 'database', 'shipping', 'crm', 'email', 'webserver'];

onEveryBackend('on', (backend) => {
  test.each([21, 22])(
    'every service is killed at some moment (seed %i) and nothing is lost or repeated',
    async (seed) => {
      await using world = await World.create(backend, generated(seed));
      await using replay = world.start();
      await using streams = await replay.openStreams();
      const payments = await world.payments();
      for (const [index, moment] of moments(seed, services.length).entries()) {
        await decided(replay, streams, moment * payments);
        const { processId } = await replay.service(services[index] ?? '');
        process.kill(processId, 'SIGKILL');
      }
      await world.expectAgreement(replay);
      for (const service of services)
        expect(replay.progress).toContain(`${service} ended (killed by SIGKILL)`);
    },
  );
});
