import { expect } from 'vitest';
import { moments } from './moments.ts';
import { decided } from './records.ts';
import type { Replay } from './replay.ts';
import type { World } from './world.ts';

const services = ['inventory', 'payment', 'database', 'shipping', 'crm', 'email', 'webserver'];

/**
 * A replay in which each service is killed at a moment that the seed decides, and that agrees with the reference.
 * `midway` happens between two of the kills.
 */
export async function killEveryService(
  world: World,
  seed: number,
  midway: (replay: Replay) => Promise<void> = async () => undefined,
): Promise<void> {
  await using replay = world.start();
  await using streams = await replay.openStreams();
  const payments = await world.payments();
  for (const [index, moment] of moments(seed, services.length).entries()) {
    await decided(replay, streams, moment * payments);
    if (index === Math.floor(services.length / 2)) await midway(replay);
    const { processId } = await replay.service(services[index] ?? '');
    process.kill(processId, 'SIGKILL');
  }
  await world.expectAgreement(replay);
  for (const service of services) expect(replay.progress).toContain(`${service} ended (killed by SIGKILL)`);
}
