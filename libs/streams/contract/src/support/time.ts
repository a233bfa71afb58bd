import { joinOptions } from './join-options.ts';
import { joinRaw } from './raw-member.ts';
import type { World } from './world.ts';

/** A lease for who must keep it: long enough for a busy machine, which may keep a process from running for a while. */
export const keptMs = 3_000;

/**
 * Resolves once the backend itself has shown that a silent member's lease of `leaseMs` ran out: a paused child of another
 * group was replaced meanwhile. So no test has to guess how long a lease takes on a busy machine.
 */
export async function leaseTimePasses(world: World, leaseMs: number): Promise<void> {
  const { name: topic } = await world.topic(1);
  const group = world.name('silent');
  const sleeper = world.start({
    program: 'holder',
    mode: 'partitioned',
    group,
    topic,
    leaseMs,
    max: 1,
    to: topic,
    blockUntil: null,
  });
  await sleeper.until('lease');
  await world.pause(sleeper);
  const successor = await joinRaw(
    await world.open(),
    group,
    joinOptions(world.driver.capabilities, [topic], { leaseMs }),
  );
  await successor.lease(0);
  await sleeper.kill();
  await successor[Symbol.asyncDispose]();
}
