import type { StreamsError } from '../errors.ts';
import { isMessageFault } from '../failure-codes.ts';
import type { Delivery } from '../record.ts';
import { pause } from '../signals.ts';
import type { Topic } from '../topic.ts';
import { type AttemptTools, attemptHandler } from './attempt.ts';
import type { CommitQueue } from './commit-queue.ts';
import { appendDeadLetter, deadLettered } from './dead-letter.ts';
import type { Deduper } from './dedupe.ts';
import { classifyFailure, exhausted } from './failure.ts';
import { acknowledgedOnly, type HandlerResult } from './handler-result.ts';
import { runKeyQueues } from './key-queues.ts';
import type { Refusals } from './refusals.ts';
import { retryWork } from './retry-work.ts';
import { split, type WorkItem, workItemsOf } from './work-item.ts';

export interface LoopTools extends AttemptTools {
  readonly commits: CommitQueue;
  readonly concurrency: number;
  readonly stopFetching: AbortSignal;
  readonly deadLetters: Topic<unknown>;
  /** Of groups that deduplicate. */
  readonly deduper?: Deduper;
  /** Of groups whose refused commits are handled again. */
  readonly refusals?: Refusals;
}

interface Failure {
  readonly item: WorkItem;
  readonly error: unknown;
}

/** What one round of attempts comes to. */
interface Round {
  readonly failures: Failure[];
  /** About how many bytes the results take that the commit queue does not have yet. */
  bytes: number;
}

/**
 * Handles deliveries until each has its result: every message in its key's order, results handed to the commit queue in the
 * order of the messages. A failing message first commits what came before it, then is attempted again in place. What fills a
 * commit in bytes is committed before more is attempted. Returns what a stop left unhandled; throws when the group must end.
 */
export async function attemptAll(tools: LoopTools, deliveries: readonly Delivery[]): Promise<Delivery[]> {
  let items = workItemsOf(tools.settings, deliveries);
  let first = 0;
  while (first < items.length && !tools.stopFetching.aborted) {
    const round: Round = { failures: [], bytes: bytesOf(items, first) };
    await runKeyQueues(items, first, {
      concurrency: tools.concurrency,
      stopFetching: tools.stopFetching,
      full: () => tools.commits.full(round.bytes),
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
    await tools.commits.waitForByteCapacity();
  }
  return items.slice(first).flatMap((item) => (item.result ? [] : item.deliveries));
}

/** In the place of a result that the commit queue has: the batch must not keep it alive until its own end. */
const taken: HandlerResult = acknowledgedOnly([]);

function bytesOf(items: readonly WorkItem[], first: number): number {
  let bytes = 0;
  for (let index = first; index < items.length; index++) bytes += items[index]?.result?.bytes ?? 0;
  return bytes;
}

function attempt(tools: LoopTools, item: WorkItem, round: Round): boolean | Promise<boolean> {
  const refusal = exhausted(tools.settings, item) ?? tools.refusals?.of(item);
  if (refusal && !item.letterStored) return fail(round, item, refusal);
  try {
    const fresh = item.letterStored ? [] : (tools.deduper?.fresh(item.deliveries) ?? item.deliveries);
    if (fresh.length === 0 && !item.letterStored) {
      item.result = acknowledgedOnly(item.deliveries);
      return true;
    }
    const result = attemptHandler(tools, item, fresh);
    if (!(result instanceof Promise)) return succeed(tools, item, round, result);
    return result.then(
      (late) => succeed(tools, item, round, late),
      (error) => fail(round, item, error),
    );
  } catch (error) {
    return fail(round, item, error);
  }
}

function succeed(tools: LoopTools, item: WorkItem, round: Round, result: HandlerResult): true {
  for (const write of result.writes) tools.state?.stage(write);
  item.result = tools.deduper?.remember(item.deliveries, result) ?? result;
  round.bytes += result.bytes;
  return true;
}

function fail(round: Round, item: WorkItem, error: unknown): false {
  round.failures.push({ item, error });
  return false;
}

/** Hands results from `first` on to the commit queue, up to the first gap; returns where the gap is. */
function merge(tools: LoopTools, items: readonly WorkItem[], first: number): number {
  let index = first;
  for (; index < items.length; index++) {
    const item = items[index];
    if (!item?.result) break;
    tools.commits.add(item.result);
    item.result = taken;
  }
  return index;
}

/** Waits for the next attempt, or dead-letters the message; throws when the group must end. */
async function resolveFailure(tools: LoopTools, { item, error }: Failure): Promise<void> {
  const { settings, commits, stopFetching } = tools;
  const record = item.deliveries[0] as Delivery;
  const action = classifyFailure(settings, record, item.attempt, error);
  switch (action.kind) {
    case 'retry':
      await commits.flush({ record, attempts: item.attempt });
      item.attempt += 1;
      await pause(action.delayMs, stopFetching);
      return;
    case 'wait':
      await commits.flush();
      await pause(action.delayMs, stopFetching);
      return;
    case 'dead-letter':
      if (item.letterStored) throw action.error;
      await deadLetter(tools, item, action.error);
      return;
    case 'fenced':
    case 'stop':
      await commits.flush();
      throw action.error;
    default:
      unknownAction(action);
  }
}

async function deadLetter(tools: LoopTools, item: WorkItem, error: StreamsError): Promise<void> {
  const { settings, deadLetters, abortHandlers } = tools;
  const record = item.deliveries[0] as Delivery;
  const attempts = record.lastDelivery ? item.attempt - 1 : item.attempt;
  const letter = deadLettered(settings, deadLetters, {
    record,
    attempts: Math.min(attempts, settings.retry.attempts),
    error,
  });
  if (!tools.savedPositions) {
    item.result = letter;
    return;
  }
  // Its handler has yet to save the position after the message, and a crash in between must not lose the letter.
  await retryWork(settings, abortHandlers, () => appendDeadLetter(settings, letter));
  item.letterStored = true;
}

function unknownAction(action: never): never {
  throw new TypeError(`unknown failure action ${JSON.stringify(action)}`);
}
