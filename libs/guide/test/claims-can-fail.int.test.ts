import { randomUUID } from 'node:crypto';
import { findScenario, type Stage } from '@millrace/guide';
import { on, type Topic, topic } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import { playThrough } from './play-through.ts';

type Damage = (stage: Stage) => Promise<void>;

/** Changes what the backend holds after all steps: whoever believes itself would not notice. */
const damages: readonly Damage[] = [
  // Records that nobody handles: in the wrong order and, with the key of another, more than there should be.
  async (stage) => {
    await stage[Symbol.asyncDispose]();
    const names = (await stage.streams.admin.topics()).filter((name) => name !== 'journal');
    for (const name of names) {
      const [first] = await stage.stored(name);
      const label = first?.label ?? '';
      await stage.streams.publish(
        { ...topicOf(name), key: () => randomUUID() },
        Array.from({ length: 8 }, () => ({ key: first?.key ?? null, label })),
      );
    }
  },
  // Effects that happened again, in another partition and at another attempt.
  async (stage) => {
    await stage[Symbol.asyncDispose]();
    for (const entry of (await stage.journal()).toReversed())
      await stage.writeJournal({ ...entry, partition: entry.partition + 1 });
  },
  // A group that nobody should have made, with all of the work left to do.
  async (stage) => {
    await stage[Symbol.asyncDispose]();
    for (const group of await stage.streams.admin.groups())
      await stage.streams.admin.seek(group, 'earliest', {});
    const [name = ''] = await stage.streams.admin.topics();
    const running = await stage.streams.run({
      group: 'stranger',
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [on(topicOf(name), () => undefined)],
    });
    await running.stop();
  },
  // Another consumer with the same messages, and the effects of another one under its name.
  async (stage) => {
    await stage[Symbol.asyncDispose]();
    for (const entry of await stage.journal())
      await stage.writeJournal({ ...entry, consumer: 'C2', offset: 'x' });
  },
];

function topicOf(name: string): Topic<{ key: string | null; label: string }> {
  return topic(name);
}

describe.concurrent('a claim fails when the backend holds something else', () => {
  for (const id of ['13', '17', '24', '27', '31', '39', '44'])
    test(`picture ${id}`, async () => {
      const scenario = findScenario(id);
      if (!scenario) throw new Error(`picture ${id} has no scenario`);
      const runs = await Promise.all(damages.map((beforeClaims) => playThrough(scenario, { beforeClaims })));
      const claims = runs[0]?.claims ?? [];
      const failed = runs.flatMap((run) => run.failed);
      expect(claims.filter((claim) => !failed.some((text) => text.startsWith(`${claim}:`)))).toEqual([]);
    });
});

describe('a seed tells the same story twice', () => {
  for (const id of ['17', '23', '24', '32', '39'])
    test(`picture ${id}`, async () => {
      const scenario = findScenario(id);
      if (!scenario) throw new Error(`picture ${id} has no scenario`);
      const [once, twice, other] = await Promise.all(
        [7, 7, 8].map((seed) => playThrough(scenario, { seed })),
      );
      expect(story(twice)).toEqual(story(once));
      if (['23', '24'].includes(id)) expect(story(other)).not.toEqual(story(once));
    });
});

/** Without times and numbers of processes, which differ. */
function story(played: Awaited<ReturnType<typeof playThrough>> | undefined): unknown[] {
  return (played?.events ?? []).map((event) => ({ ...event, atMs: 0, timestamp: 0, pid: 0 }));
}
