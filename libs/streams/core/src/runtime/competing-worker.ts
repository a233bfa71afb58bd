import type { CompetingMember } from '../competing.ts';
import type { Delivery } from '../record.ts';
import { handleAcknowledged } from './at-most-once-worker.ts';
import { attemptAll, type LoopTools } from './attempt-loop.ts';
import { CommitQueue } from './commit-queue.ts';
import { competingTarget } from './commit-target.ts';
import { deadLettered } from './dead-letter.ts';
import { classifyFailure } from './failure.ts';
import { type GroupWork, reportBatch, workLoop } from './work-loop.ts';

/** Takes messages in competition with other members and handles up to `concurrency` of them at once, until stopped. */
export async function competeForMessages(work: GroupWork, member: CompetingMember): Promise<void> {
  const { settings, deadLetters } = work;
  if (settings.delivery === 'at-most-once') {
    await workLoop(work, member, undefined, async (deliveries) => {
      const mine = await acknowledge(member, deliveries);
      if (mine.length > 0) await handleAcknowledged(work, mine);
    });
    return;
  }
  const commits = new CommitQueue(settings, competingTarget(settings, member), {
    onRefused: ({ acknowledged }, refusal) =>
      acknowledged.map((record) => {
        const action = classifyFailure(settings, record, record.attempt, refusal);
        if (action.kind !== 'dead-letter') throw action.error;
        return deadLettered(settings, deadLetters, { record, attempts: record.attempt, error: refusal });
      }),
  });
  const tools: LoopTools = { ...work, concurrency: 1, commits };
  await workLoop(work, member, commits, async (deliveries) => {
    const started = performance.now();
    const unhandled = await attemptEach(tools, deliveries);
    if (unhandled.length > 0) await member.release(unhandled);
    reportBatch(settings, deliveries, performance.now() - started);
  });
}

async function acknowledge(member: CompetingMember, deliveries: readonly Delivery[]): Promise<Delivery[]> {
  const outcomes = await member.commit(
    deliveries.map((record) => ({ record, acknowledged: true, outputs: [] })),
  );
  return deliveries.filter((_, index) => outcomes[index] === 'committed');
}

/** Each message goes its own way: one that waits for its next attempt keeps no other waiting. Returns what a stop left unhandled. */
async function attemptEach(tools: LoopTools, deliveries: readonly Delivery[]): Promise<Delivery[]> {
  const waiting = deliveries.values();
  const unhandled: Delivery[] = [];
  const worker = async (): Promise<void> => {
    for (const delivery of waiting) {
      await tools.commits.waitForByteCapacity();
      unhandled.push(...(await attemptAll(tools, [delivery])));
      tools.commits.startCommit();
    }
  };
  const workers = Math.min(tools.settings.concurrency, deliveries.length);
  await Promise.all(Array.from({ length: workers }, worker));
  return unhandled;
}
