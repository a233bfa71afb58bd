import type { Stage } from '../engine/stage.ts';
import type { MemberProcess } from '../process/member-process.ts';
import { bootstrap, numbered } from './common.ts';

export interface CrashRun {
  readonly group: string;
  readonly delivery: 'at-most-once' | 'at-least-once' | 'exactly-once';
  readonly dedupe?: boolean;
  readonly knows?: 'by looking' | 'by a set';
  readonly messages: number;
  readonly batch: number;
  /** The message at which the first member is killed, after its effect and before it is acknowledged. */
  readonly crashAt: number;
  /** In the step of the crash, when the first member is dead. */
  readonly afterCrash?: () => Promise<void>;
}

export interface AfterCrash {
  /** C2. */
  readonly survivor: MemberProcess;
  readonly lagAfterCrash: number;
  /** How many of the messages that C1 was given C2 was given again, up to the one of the crash. */
  readonly redelivered: number;
}

/** Three deliveries are shown by the same crash: C1 dies at a message, C2 goes on. Returns where the group stood between. */
export async function crashAndGoOn(stage: Stage, run: CrashRun): Promise<AfterCrash> {
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
    ...(run.knows ? { knows: run.knows } : {}),
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
      stage.commandLine({
        redis: `XREADGROUP GROUP ${group} C1 COUNT ${Math.min(batch, messages)} STREAMS payments:{P0} >`,
        kafka: `kafka-console-consumer.sh --bootstrap-server ${bootstrap(stage.url)} --topic payments --group ${group}`,
        embedded: `streams consume payments --group ${group}`,
      });
      const first = await stage.members.start('C1', { ...options, stallAt: { label, when: 'after' } });
      await stage.until(`C1 stands at ${label}`, () => first.stalledAt === label);
      await stage.members.kill(first);
      lagAfterCrash = await stage.groups.lag(group);
      await stage.groups.listOffsets(group);
      if (stage.backend === 'redis') await stage.groups.listPending(group);
      await run.afterCrash?.();
    },
  );
  let redelivered = 0;
  let survivor: MemberProcess | undefined;
  await stage.step('C2 goes on', 'From where the backend says that the group stands.', async () => {
    const second = await stage.members.start('C2', options);
    survivor = second;
    await stage.groups.untilCaughtUp(group);
    await stage.members.hearAll();
    const given = numbered('Payment', run.crashAt).map((value) => value.label);
    redelivered = given.filter((each) => second.wasGiven(each)).length;
    await stage.groups.listOffsets(group);
  });
  if (!survivor) throw new Error('C2 was never started');
  return { lagAfterCrash, redelivered, survivor };
}

/** How often each payment took effect, as the journal says. */
export async function effects(stage: Stage, messages: number): Promise<string[]> {
  const counts = Map.groupBy(await stage.records.journal(), ({ label }) => label);
  return numbered('Payment', messages).map(({ label }) => `${label} ×${counts.get(label)?.length ?? 0}`);
}
