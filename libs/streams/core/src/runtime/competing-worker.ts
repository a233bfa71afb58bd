import { setImmediate } from 'node:timers/promises';
import type { CompetingCommit, CompetingMember } from '../competing.ts';
import { isStreamsError, toStreamsError } from '../errors.ts';
import type { ProducerRecord } from '../producer-record.ts';
import type { Delivery } from '../record.ts';
import type { WorkerSignals } from '../signals.ts';
import { linkedSignal, pause } from '../signals.ts';
import type { Topic } from '../topic.ts';
import { handleAcknowledged } from './at-most-once-worker.ts';
import { attemptHandler } from './attempt.ts';
import { CompetingCommitQueue } from './competing-commit-queue.ts';
import { appendDeadLetter, deadLettered, isRefusal } from './dead-letter.ts';
import { classifyFailure, exhausted } from './failure.ts';
import { reportBatch } from './report-batch.ts';
import { retryFetch, retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';
import { type WorkItem, workItemsOf } from './work-item.ts';

/** Takes messages in competition with other members and handles up to `concurrency` of them at once, until stopped. */
export async function competeForMessages(
  settings: Settings,
  member: CompetingMember,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
): Promise<void> {
  const queue = new CompetingCommitQueue(settings, member, (record, refusal) => {
    const action = classifyFailure(settings, record, record.attempt, refusal);
    if (action.kind !== 'dead-letter') throw action.error;
    return deadLettered(settings, deadLetters, { record, attempts: record.attempt, error: refusal });
  });
  using fetching = linkedSignal([signals.stopFetching, queue.failed]);
  while (!signals.stopFetching.aborted) {
    await queue.waitForCapacity(settings.batch);
    const deliveries = await retryFetch(settings, fetching.signal, () =>
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
    const untried = await handleAll(
      { settings, signals, deadLetters, queue },
      workItemsOf(settings, deliveries),
    );
    if (untried.length > 0) await member.release(untried);
    reportBatch(settings, deliveries, performance.now() - started);
    queue.startCommit();
  }
  if (!member.lost.aborted) await queue.flush();
}

async function acknowledge(member: CompetingMember, deliveries: readonly Delivery[]): Promise<Delivery[]> {
  const results = await member.commit(
    deliveries.map((record) => ({ record, acknowledged: true, outputs: [] })),
  );
  return deliveries.filter((_, index) => results[index] === 'committed');
}

interface CompetingTools {
  readonly settings: Settings;
  readonly signals: WorkerSignals;
  readonly deadLetters: Topic<unknown>;
  readonly queue: CompetingCommitQueue;
}

/** Returns the deliveries that a stop left without an attempt. */
async function handleAll(tools: CompetingTools, items: readonly WorkItem[]): Promise<Delivery[]> {
  const waiting = items.values();
  const untried: Delivery[] = [];
  const worker = async (): Promise<void> => {
    for (const item of waiting) {
      await tools.queue.waitForByteCapacity();
      if (tools.signals.stopFetching.aborted || !(await handle(tools, item)))
        untried.push(...item.deliveries);
      else tools.queue.startCommit();
    }
  };
  await Promise.all(Array.from({ length: Math.min(tools.settings.concurrency, items.length) }, worker));
  return untried;
}

/** Tries a message until it is acknowledged; false when a stop cut its retries short. */
async function handle(tools: CompetingTools, item: WorkItem): Promise<boolean> {
  const { settings, signals, queue, deadLetters } = tools;
  const record = item.deliveries[0] as Delivery;
  for (;;) {
    let handled = false;
    try {
      const tooOften = exhausted(settings, item);
      if (tooOften) throw tooOften;
      const result = await attemptHandler(
        { settings, signal: signals.abortHandlers, state: undefined },
        item,
        item.deliveries,
      );
      handled = true;
      queue.add(await settle(settings, record, result.outputs));
      return true;
    } catch (thrown) {
      // Its outputs cannot be sent for a reason that would hit every message, such as a topic that does not exist.
      if (handled && !isRefusal(thrown) && !(isStreamsError(thrown) && thrown.retryable)) throw thrown;
      const action = classifyFailure(settings, record, item.attempt, thrown);
      switch (action.kind) {
        case 'retry':
          queue.add({ record, acknowledged: false, outputs: [], attempts: item.attempt });
          await queue.flush();
          item.attempt += 1;
          await pause(action.delayMs, signals.stopFetching);
          break;
        case 'wait':
          await pause(action.delayMs, signals.stopFetching);
          break;
        case 'dead-letter': {
          const letter = deadLettered(settings, deadLetters, {
            record,
            attempts: Math.min(item.attempt, settings.retry.attempts),
            error: action.error,
          });
          if (settings.delivery === 'exactly-once') {
            queue.add(await settle(settings, record, letter.outputs), letter);
          } else {
            await retryWork(settings, signals.abortHandlers, () => appendDeadLetter(settings, letter));
            queue.add(await settle(settings, record, []));
          }
          return true;
        }
        case 'fenced':
        case 'stop':
          throw action.error;
        default:
          unknownAction(action);
      }
      if (signals.stopFetching.aborted) return false;
    }
  }
}

/** At least once the outputs are sent before the acknowledgement, exactly once together with it. */
async function settle(
  settings: Settings,
  record: Delivery,
  records: readonly ProducerRecord[],
): Promise<CompetingCommit & { readonly record: Delivery }> {
  const outputs = await settings.partitioner.assign(records);
  if (settings.delivery === 'exactly-once' || outputs.length === 0)
    return { record, acknowledged: true, outputs };
  try {
    await settings.driver.append(outputs, { acks: settings.acks });
  } catch (error) {
    throw toStreamsError(error, 'UNAVAILABLE', `group ${settings.group} cannot send its outputs`);
  }
  return { record, acknowledged: true, outputs: [] };
}

function unknownAction(action: never): never {
  throw new TypeError(`unknown failure action ${JSON.stringify(action)}`);
}
