import { setImmediate } from 'node:timers/promises';
import type { CompetingCommit, CompetingMember } from '../competing.ts';
import { isStreamsError, toStreamsError } from '../errors.ts';
import type { Delivery } from '../record.ts';
import type { ProducerRecord } from '../router.ts';
import type { Topic } from '../topic.ts';
import { linkedSignal, pause } from './abortable.ts';
import { handleAcknowledged } from './at-most-once-worker.ts';
import { attemptUnit } from './attempt-unit.ts';
import { appendDeadLetter, deadLettered, isRefusal } from './dead-letter.ts';
import { classifyFailure, exhausted } from './failure.ts';
import { reportBatch } from './report-batch.ts';
import { retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';
import type { WorkerSignals } from './signals.ts';
import { StepQueue } from './step-queue.ts';
import { unitsOf, type WorkItem } from './unit.ts';

/** Takes messages in competition with other members and handles up to `concurrency` of them at once, until drained. */
export async function competeForMessages(
  settings: Settings,
  member: CompetingMember,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
): Promise<void> {
  const queue = new StepQueue(settings, member, (record, refusal) => {
    const verdict = classifyFailure(settings, record, record.attempt, refusal);
    if (verdict.kind !== 'dead-letter') throw verdict.error;
    return deadLettered(settings, deadLetters, { record, attempts: record.attempt, error: refusal });
  });
  using fetching = linkedSignal([signals.drain, queue.failed]);
  while (!signals.drain.aborted) {
    await queue.room(settings.batch);
    const deliveries = await retryWork(settings, fetching.signal, () =>
      member.fetch(settings.batch, { signal: fetching.signal }),
    );
    if (deliveries.length === 0) {
      // A member that is being closed has nothing more at once; what closes it needs the event loop.
      await setImmediate();
      continue;
    }
    if (settings.delivery === 'at-most-once') {
      const mine = await acknowledge(member, deliveries);
      if (mine.length > 0) await handleAcknowledged(settings, signals, deadLetters, mine);
      continue;
    }
    const started = performance.now();
    const untried = await handleAll({ settings, signals, deadLetters, queue }, unitsOf(settings, deliveries));
    if (untried.length > 0) await member.release(untried);
    reportBatch(settings, deliveries, performance.now() - started);
    queue.kick();
  }
  if (!member.lost.aborted) await queue.flush();
}

async function acknowledge(member: CompetingMember, deliveries: readonly Delivery[]): Promise<Delivery[]> {
  const answers = await member.commit(
    deliveries.map((record) => ({ record, acknowledged: true, outputs: [] })),
  );
  return deliveries.filter((_, index) => answers[index] === 'committed');
}

interface CompetingTools {
  readonly settings: Settings;
  readonly signals: WorkerSignals;
  readonly deadLetters: Topic<unknown>;
  readonly queue: StepQueue;
}

/** Answers the deliveries that a drain left untried. */
async function handleAll(tools: CompetingTools, units: readonly WorkItem[]): Promise<Delivery[]> {
  const waiting = units.values();
  const untried: Delivery[] = [];
  const worker = async (): Promise<void> => {
    for (const unit of waiting) {
      await tools.queue.roomForBytes();
      if (tools.signals.drain.aborted || !(await handle(tools, unit))) untried.push(...unit.deliveries);
      else tools.queue.kick();
    }
  };
  await Promise.all(Array.from({ length: Math.min(tools.settings.concurrency, units.length) }, worker));
  return untried;
}

/** Tries a message until it is settled; false when a drain cut its retries short. */
async function handle(tools: CompetingTools, unit: WorkItem): Promise<boolean> {
  const { settings, signals, queue, deadLetters } = tools;
  const record = unit.deliveries[0] as Delivery;
  for (;;) {
    let handled = false;
    try {
      const tooOften = exhausted(settings, unit);
      if (tooOften) throw tooOften;
      const outcome = await attemptUnit(
        { settings, signal: signals.abandon, state: undefined },
        unit,
        unit.deliveries,
      );
      handled = true;
      queue.add(await settle(settings, record, outcome.outputs));
      return true;
    } catch (thrown) {
      // Its outputs cannot be sent for a reason that would hit every message, such as a topic that does not exist.
      if (handled && !isRefusal(thrown) && !(isStreamsError(thrown) && thrown.retryable)) throw thrown;
      const verdict = classifyFailure(settings, record, unit.attempt, thrown);
      switch (verdict.kind) {
        case 'retry':
          queue.add({ record, acknowledged: false, outputs: [], attempts: unit.attempt });
          await queue.flush();
          unit.attempt += 1;
          await pause(verdict.delayMs, signals.drain);
          break;
        case 'wait':
          await pause(verdict.delayMs, signals.drain);
          break;
        case 'dead-letter': {
          const letter = deadLettered(settings, deadLetters, {
            record,
            attempts: Math.min(unit.attempt, settings.retry.attempts),
            error: verdict.error,
          });
          if (settings.delivery === 'exactly-once') {
            queue.add(await settle(settings, record, letter.outputs), letter);
          } else {
            await retryWork(settings, signals.abandon, () => appendDeadLetter(settings, letter));
            queue.add(await settle(settings, record, []));
          }
          return true;
        }
        case 'fenced':
        case 'stop':
          throw verdict.error;
        default:
          unknownVerdict(verdict);
      }
      if (signals.drain.aborted) return false;
    }
  }
}

/** At least once the outputs are sent before the acknowledgement, exactly once together with it. */
async function settle(
  settings: Settings,
  record: Delivery,
  drafts: readonly ProducerRecord[],
): Promise<CompetingCommit & { readonly record: Delivery }> {
  const outputs = await settings.router.assign(drafts);
  if (settings.delivery === 'exactly-once' || outputs.length === 0)
    return { record, acknowledged: true, outputs };
  try {
    await settings.driver.append(outputs, { acks: settings.acks });
  } catch (error) {
    throw toStreamsError(error, 'UNAVAILABLE', `group ${settings.group} cannot send its outputs`);
  }
  return { record, acknowledged: true, outputs: [] };
}

function unknownVerdict(verdict: never): never {
  throw new TypeError(`unknown verdict ${JSON.stringify(verdict)}`);
}
