import type { Lease } from '../lease.ts';
import type { Delivery } from '../record.ts';
import type { Topic } from '../topic.ts';
import { pause } from './abortable.ts';
import { type AttemptTools, attemptUnit } from './attempt-unit.ts';
import type { Committer } from './committer.ts';
import { deadLettered } from './dead-letter.ts';
import type { Deduper } from './dedupe.ts';
import { classifyFailure, exhausted, isMessageFault } from './failure.ts';
import { runLanes } from './lanes.ts';
import { type HandlerResult, settledOnly } from './outcome.ts';
import type { Refusals } from './refusals.ts';
import { split, unitsOf, type WorkItem } from './unit.ts';

export interface BatchTools extends AttemptTools {
  readonly lease: Lease;
  readonly committer: Committer;
  readonly deduper: Deduper;
  readonly refusals: Refusals;
  readonly drain: AbortSignal;
  readonly deadLetters: Topic<unknown>;
}

interface Failure {
  readonly unit: WorkItem;
  readonly error: unknown;
}

/** What one round of tries comes to. */
interface Round {
  readonly failures: Failure[];
  /** About how many bytes the outcomes take that the committer does not have yet. */
  bytes: number;
}

/**
 * Handles one fetched batch: every message in its key's order, outcomes handed to the committer in the order of the
 * messages. A failing message first commits what came before it, then is tried again in place. What fills a step in bytes
 * is committed before more is tried.
 */
export async function runBatch(tools: BatchTools, deliveries: readonly Delivery[]): Promise<void> {
  let units = unitsOf(tools.settings, deliveries);
  let first = 0;
  while (first < units.length && !tools.drain.aborted) {
    const round: Round = { failures: [], bytes: bytesOf(units, first) };
    await runLanes(units, first, {
      concurrency: tools.settings.concurrency,
      drain: tools.drain,
      full: () => tools.committer.full(round.bytes),
      attempt: (unit) => attempt(tools, unit, round),
    });
    first = merge(tools, units, first);
    for (const failure of round.failures) {
      if (failure.unit.deliveries.length > 1 && isMessageFault(failure.error)) {
        const parts = split(failure.unit);
        units = units.flatMap((unit) => (unit === failure.unit ? parts : [unit]));
      } else {
        await settleFailure(tools, failure);
      }
    }
    first = merge(tools, units, first);
    await tools.committer.roomForBytes();
  }
}

/** In the place of an outcome that the committer has: the batch must not keep it alive until its own end. */
const handedOn: HandlerResult = settledOnly([]);

function bytesOf(units: readonly WorkItem[], first: number): number {
  let bytes = 0;
  for (let index = first; index < units.length; index++) bytes += units[index]?.outcome?.bytes ?? 0;
  return bytes;
}

function attempt(tools: BatchTools, unit: WorkItem, round: Round): boolean | Promise<boolean> {
  const tooOften = exhausted(tools.settings, unit) ?? tools.refusals.of(unit);
  if (tooOften) return fail(round, unit, tooOften);
  try {
    const fresh = tools.deduper.fresh(unit.deliveries);
    if (fresh.length === 0) {
      unit.outcome = settledOnly(unit.deliveries);
      return true;
    }
    const outcome = attemptUnit(tools, unit, fresh);
    if (!(outcome instanceof Promise)) return succeed(tools, unit, round, outcome);
    return outcome.then(
      (late) => succeed(tools, unit, round, late),
      (error) => fail(round, unit, error),
    );
  } catch (error) {
    return fail(round, unit, error);
  }
}

function succeed(tools: BatchTools, unit: WorkItem, round: Round, outcome: HandlerResult): true {
  for (const write of outcome.writes) tools.state?.stage(write);
  unit.outcome = tools.deduper.remember(unit.deliveries, outcome);
  round.bytes += outcome.bytes;
  return true;
}

function fail(round: Round, unit: WorkItem, error: unknown): false {
  round.failures.push({ unit, error });
  return false;
}

/** Hands outcomes from `first` on to the committer, up to the first gap; answers where the gap is. */
function merge(tools: BatchTools, units: readonly WorkItem[], first: number): number {
  let index = first;
  for (; index < units.length; index++) {
    const unit = units[index];
    if (!unit?.outcome) break;
    tools.committer.add(unit.outcome);
    unit.outcome = handedOn;
  }
  return index;
}

/** Waits for the next try, or settles the message into the dead letters; throws when the group must stop. */
async function settleFailure(tools: BatchTools, failure: Failure): Promise<void> {
  const { unit } = failure;
  const record = unit.deliveries[0] as Delivery;
  const verdict = classifyFailure(tools.settings, record, unit.attempt, failure.error);
  switch (verdict.kind) {
    case 'retry':
      await tools.committer.flush({ record, attempts: unit.attempt });
      unit.attempt += 1;
      await pause(verdict.delayMs, tools.drain);
      return;
    case 'wait':
      await tools.committer.flush();
      await pause(verdict.delayMs, tools.drain);
      return;
    case 'dead-letter':
      unit.outcome = deadLettered(tools.settings, tools.deadLetters, {
        record,
        attempts: Math.min(unit.attempt, tools.settings.retry.attempts),
        error: verdict.error,
      });
      return;
    case 'fenced':
    case 'stop':
      await tools.committer.flush();
      throw verdict.error;
    default:
      unknownVerdict(verdict);
  }
}

function unknownVerdict(verdict: never): never {
  throw new TypeError(`unknown verdict ${JSON.stringify(verdict)}`);
}
