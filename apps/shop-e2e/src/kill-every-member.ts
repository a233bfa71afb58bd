import { isStreamsError, type Streams } from '@millrace/streams';
import { expect } from 'vitest';
import { decided } from './records.ts';
import type { World } from './world.ts';

export interface CompetingGroup {
  readonly group: string;
  /** The names of its processes. */
  readonly members: readonly string[];
}

/**
 * A replay in which each member of a competing group is killed in turn while it has work, and that agrees with the reference:
 * the group has done with every message, and has given none up.
 */
export async function killEveryMember(world: World, { group, members }: CompetingGroup): Promise<void> {
  await using replay = world.start();
  await using streams = await replay.openStreams();
  const payments = await world.payments();
  for (const [index, member] of members.entries()) {
    await decided(replay, streams, ((index + 1) / (members.length + 2)) * payments);
    const { processId, url } = await replay.service(member);
    await replay.until(`work of ${member}`, async () => (await handledBy(url ?? '', group)) > 0);
    process.kill(processId, 'SIGKILL');
  }
  await world.expectAgreement(replay);
  for (const member of members) expect(replay.progress).toContain(`${member} ended (killed by SIGKILL)`);
  const description = await streams.admin.describeGroup(group);
  expect(description.mode).toBe('competing');
  expect(await streams.admin.lag(group)).toBe(0);
  expect(await deadLetters(streams, group)).toEqual([]);
}

async function handledBy(url: string, group: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const [, count] =
    new RegExp(`^streams_messages_handled_total\\{[^}]*group="${group}"[^}]*\\} (\\d+)`, 'm').exec(metrics) ??
    [];
  return Number(count ?? 0);
}

async function deadLetters(streams: Streams, group: string): Promise<unknown[]> {
  const found = [];
  try {
    for await (const { origin, code } of streams.admin.deadLetters(group)) found.push({ origin, code });
  } catch (error) {
    // The group never gave up on anything.
    if (!isStreamsError(error, 'UNKNOWN_TOPIC')) throw error;
  }
  return found;
}
