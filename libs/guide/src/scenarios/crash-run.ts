import type { Stage } from '../engine/stage.ts';
import { numbered } from './common.ts';

export interface CrashRun {
  readonly group: string;
  readonly delivery: 'at-most-once' | 'at-least-once' | 'exactly-once';
  readonly dedupe?: boolean;
  readonly messages: number;
  readonly batch: number;
  /** The message at which the first member is killed, after its effect and before it is acknowledged. */
  readonly crashAt: number;
}

/** Three deliveries are shown by the same crash: C1 dies at a message, C2 goes on. Returns where the group stood between. */
export async function crashAndGoOn(stage: Stage, run: CrashRun): Promise<{ readonly lagAfterCrash: number }> {
  const { group, delivery, messages, batch } = run;
  const label = `Payment ${run.crashAt}`;
  const topics = ['payments'];
  const options = {
    group,
    topics,
    mode: 'partitioned',
    delivery,
    batch,
    dedupe: run.dedupe ?? false,
  } as const;
  await stage.step('A stream of payments', `${messages} records in one partition.`, async () => {
    await stage.records.createTopic('payments', 1);
    await stage.records.publish('payments', numbered('Payment', messages), { together: true });
  });
  let lagAfterCrash = 0;
  await stage.step(
    `C1 dies at payment ${run.crashAt}`,
    'It had its effect; kill -9 comes before anything else.',
    async () => {
      const first = await stage.members.start('C1', { ...options, stallAt: { label, when: 'after' } });
      await stage.until(`C1 stands at ${label}`, () => first.stalledAt === label);
      await stage.members.kill(first);
      lagAfterCrash = await stage.groups.lag(group);
      await stage.groups.listOffsets(group);
    },
  );
  await stage.step('C2 goes on', 'From where the backend says that the group stands.', async () => {
    await stage.members.start('C2', options);
    await stage.groups.untilCaughtUp(group);
    await stage.groups.listOffsets(group);
  });
  return { lagAfterCrash };
}

/** How often each payment took effect, as the journal says. */
export async function effects(stage: Stage, messages: number): Promise<string[]> {
  const counts = Map.groupBy(await stage.records.journal(), ({ label }) => label);
  return numbered('Payment', messages).map(({ label }) => `${label} ×${counts.get(label)?.length ?? 0}`);
}
