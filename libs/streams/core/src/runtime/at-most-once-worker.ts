import { isStreamsError, type StreamsError, toStreamsError } from '../errors.ts';
import type { Lease } from '../lease.ts';
import type { ProducerRecord } from '../producer-record.ts';
import type { Delivery } from '../record.ts';
import type { WorkerSignals } from '../signals.ts';
import type { Topic } from '../topic.ts';
import { attemptHandler } from './attempt.ts';
import { appendDeadLetter, deadLettered, isRefusal } from './dead-letter.ts';
import { acknowledgedOnly, type HandlerResult } from './handler-result.ts';
import { runKeyQueues } from './key-queues.ts';
import { reportBatch } from './report-batch.ts';
import { retryFetch, retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';
import { type WorkItem, workItemsOf } from './work-item.ts';

const none: readonly never[] = [];

/**
 * Works a lease at most once: a batch is acknowledged before its first message is handled, and no message is tried
 * twice. A message that fails goes to the dead letters; messages acknowledged but not begun at a crash are lost.
 */
export async function runAtMostOnce(
  settings: Settings,
  lease: Lease,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
): Promise<void> {
  while (!signals.stopFetching.aborted) {
    const deliveries = await retryFetch(settings, signals.stopFetching, () =>
      lease.fetch(settings.batch, { signal: signals.stopFetching }),
    );
    if (deliveries.length === 0) continue;
    const commit = { acknowledged: deliveries, outputs: [], state: [], dedupeIds: [] };
    await retryWork(settings, lease.lost, () => lease.commit(commit));
    await handleAcknowledged(settings, signals, deadLetters, deliveries);
  }
}

/** Handles messages that are acknowledged already: everything begun, whatever stop is asked for, unless ownership is lost. */
export async function handleAcknowledged(
  settings: Settings,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
  deliveries: readonly Delivery[],
): Promise<void> {
  const started = performance.now();
  let items = workItemsOf(settings, deliveries);
  while (items.length > 0 && !signals.abortHandlers.aborted) {
    let bytes = 0;
    await runKeyQueues(items, 0, {
      concurrency: settings.concurrency,
      stopFetching: signals.abortHandlers,
      full: () => bytes >= settings.batchBytes,
      attempt: async (item) => {
        item.result = await attemptOnce(settings, signals, deadLetters, item);
        bytes += item.result.bytes;
        return true;
      },
    });
    await sendResults(
      settings,
      signals,
      deadLetters,
      items.flatMap((item) => item.result ?? none),
    );
    items = items.filter((item) => !item.result);
  }
  reportBatch(settings, deliveries, performance.now() - started);
}

/** Together where the backend takes them; what it refuses for good is its message's fault, found one by one. */
async function sendResults(
  settings: Settings,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
  results: readonly HandlerResult[],
): Promise<void> {
  const send = async (outputs: readonly ProducerRecord[]): Promise<void> => {
    if (outputs.length === 0) return;
    await retryWork(settings, signals.abortHandlers, async () => {
      await settings.driver.append(await settings.partitioner.assign(outputs), { acks: settings.acks });
    });
  };
  try {
    await send(results.flatMap(({ outputs }) => outputs));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = results;
    if (only !== undefined && results.length === 1) {
      const letters = only.cutDown?.(error) ?? givenUp(settings, deadLetters, only.acknowledged, error);
      await retryWork(settings, signals.abortHandlers, () => appendDeadLetter(settings, letters));
      return;
    }
    const middle = results.length >> 1;
    await sendResults(settings, signals, deadLetters, results.slice(0, middle));
    await sendResults(settings, signals, deadLetters, results.slice(middle));
  }
}

async function attemptOnce(
  settings: Settings,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
  item: WorkItem,
): Promise<HandlerResult> {
  try {
    return await attemptHandler(
      { settings, signal: signals.abortHandlers, state: undefined },
      item,
      item.deliveries,
    );
  } catch (thrown) {
    const error = toStreamsError(thrown, 'HANDLER_FAILED', `a handler of group ${settings.group} failed`);
    if (isStreamsError(error, 'FENCED')) throw error;
    for (const message of item.deliveries)
      settings.observer.failed?.({ group: settings.group, message, attempt: 1, error });
    return givenUp(settings, deadLetters, item.deliveries, error);
  }
}

function givenUp(
  settings: Settings,
  deadLetters: Topic<unknown>,
  records: readonly Delivery[],
  error: StreamsError,
): HandlerResult {
  if (!settings.deadLetter) return acknowledgedOnly(records);
  const letters = records.map((record) =>
    deadLettered(settings, deadLetters, { record, attempts: 1, error }),
  );
  const [only] = letters;
  if (only !== undefined && letters.length === 1) return only;
  const outputs = letters.flatMap((letter) => letter.outputs);
  const cutDown = (refusal: StreamsError): HandlerResult | undefined => {
    const smaller = letters.map((letter) => letter.cutDown?.(refusal));
    if (smaller.includes(undefined)) return undefined;
    return { ...acknowledgedOnly(records), outputs: smaller.flatMap((letter) => letter?.outputs ?? none) };
  };
  return {
    ...acknowledgedOnly(records),
    outputs,
    bytes: letters.reduce((sum, { bytes }) => sum + bytes, 0),
    cutDown,
  };
}
