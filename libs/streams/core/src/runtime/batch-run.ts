import type { Lease } from '../lease.ts';
import type { Delivery } from '../record.ts';
import { pause } from '../signals.ts';
import type { Topic } from '../topic.ts';
import { type AttemptTools, attemptHandler } from './attempt.ts';
import type { CommitQueue } from './commit-queue.ts';
import { deadLettered } from './dead-letter.ts';
import type { Deduper } from './dedupe.ts';
import { classifyFailure, exhausted, isMessageFault } from './failure.ts';
import { acknowledgedOnly, type HandlerResult } from './handler-result.ts';
import { runKeyQueues } from './key-queues.ts';
import type { Refusals } from './refusals.ts';
import { split, type WorkItem, workItemsOf } from './work-item.ts';

export interface BatchTools extends AttemptTools {
  readonly lease: Lease;
  readonly commitQueue: CommitQueue;
  readonly deduper: Deduper;
  readonly refusals: Refusals;
  readonly stopFetching: AbortSignal;
  readonly deadLetters: Topic<unknown>;
}

interface Failure {
  readonly item: WorkItem;
  readonly error: unknown;
}

/** What one round of attempts comes to. */
interface Round {
  readonly failures: Failure[];
  /** About how many bytes the results take that the committer does not have yet. */
  bytes: number;
}

/**
 * Handles one fetched batch: every message in its key's order, results handed to the commit queue in the order of the
 * messages. A failing message first commits what came before it, then is tried again in place. What fills a commit in bytes
 * is committed before more is tried.
 */
export async function runBatch(tools: BatchTools, deliveries: readonly Delivery[]): Promise<void> {
  let items = workItemsOf(tools.settings, deliveries);
  let first = 0;
  while (first < items.length && !tools.stopFetching.aborted) {
    const round: Round = { failures: [], bytes: bytesOf(items, first) };
    await runKeyQueues(items, first, {
      concurrency: tools.settings.concurrency,
      stopFetching: tools.stopFetching,
      full: () => tools.commitQueue.full(round.bytes),
      attempt: (item) => attempt(tools, item, round),
    });
    first = merge(tools, items, first);
    for (const failure of round.failures) {
      if (failure.item.deliveries.length > 1 && isMessageFault(failure.error)) {
        const parts = split(failure.item);
        items = items.flatMap((item) => (item === failure.item ? parts : [item]));
      } else {
        await resolveFailure(tools, failure);
      }
    }
    first = merge(tools, items, first);
    await tools.commitQueue.waitForByteCapacity();
  }
}

/** In the place of an result that the committer has: the batch must not keep it alive until its own end. */
const taken: HandlerResult = acknowledgedOnly([]);

function bytesOf(items: readonly WorkItem[], first: number): number {
  let bytes = 0;
  for (let index = first; index < items.length; index++) bytes += items[index]?.result?.bytes ?? 0;
  return bytes;
}

function attempt(tools: BatchTools, item: WorkItem, round: Round): boolean | Promise<boolean> {
  const tooOften = exhausted(tools.settings, item) ?? tools.refusals.of(item);
  if (tooOften) return fail(round, item, tooOften);
  try {
    const fresh = tools.deduper.fresh(item.deliveries);
    if (fresh.length === 0) {
      item.result = acknowledgedOnly(item.deliveries);
      return true;
    }
    const result = attemptHandler(tools, item, fresh);
    if (!(result instanceof Promise)) return succeed(tools, item, round, result);
    return result.then(
      (result) => succeed(tools, item, round, result),
      (error) => fail(round, item, error),
    );
  } catch (error) {
    return fail(round, item, error);
  }
}

function succeed(tools: BatchTools, item: WorkItem, round: Round, result: HandlerResult): true {
  for (const write of result.writes) tools.state?.stage(write);
  item.result = tools.deduper.remember(item.deliveries, result);
  round.bytes += result.bytes;
  return true;
}

function fail(round: Round, item: WorkItem, error: unknown): false {
  round.failures.push({ item, error });
  return false;
}

/** Hands results from `first` on to the committer, up to the first gap; returns where the gap is. */
function merge(tools: BatchTools, items: readonly WorkItem[], first: number): number {
  let index = first;
  for (; index < items.length; index++) {
    const item = items[index];
    if (!item?.result) break;
    tools.commitQueue.add(item.result);
    item.result = taken;
  }
  return index;
}

/** Waits for the next attempt, or acknowledges the message into the dead letters; throws when the group must stop. */
async function resolveFailure(tools: BatchTools, failure: Failure): Promise<void> {
  const { item } = failure;
  const record = item.deliveries[0] as Delivery;
  const action = classifyFailure(tools.settings, record, item.attempt, failure.error);
  switch (action.kind) {
    case 'retry':
      await tools.commitQueue.flush({ record, attempts: item.attempt });
      item.attempt += 1;
      await pause(action.delayMs, tools.stopFetching);
      return;
    case 'wait':
      await tools.commitQueue.flush();
      await pause(action.delayMs, tools.stopFetching);
      return;
    case 'dead-letter':
      item.result = deadLettered(tools.settings, tools.deadLetters, {
        record,
        attempts: Math.min(item.attempt, tools.settings.retry.attempts),
        error: action.error,
      });
      return;
    case 'fenced':
    case 'stop':
      await tools.commitQueue.flush();
      throw action.error;
    default:
      unknownAction(action);
  }
}

function unknownAction(action: never): never {
  throw new TypeError(`unknown failure action ${JSON.stringify(action)}`);
}
