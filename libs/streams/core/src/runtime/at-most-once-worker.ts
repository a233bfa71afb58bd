import { isStreamsError, type StreamsError } from '../errors.ts';
import type { Lease } from '../lease.ts';
import type { ProducerRecord } from '../producer-record.ts';
import type { Delivery } from '../record.ts';
import { attemptHandler } from './attempt.ts';
import { appendDeadLetter, deadLettered, isRefusal } from './dead-letter.ts';
import { handlerError } from './failure.ts';
import { acknowledgedOnly, type HandlerResult } from './handler-result.ts';
import { runKeyQueues } from './key-queues.ts';
import { retryWork } from './retry-work.ts';
import { type WorkItem, workItemsOf } from './work-item.ts';
import { type GroupWork, reportBatch, workLoop } from './work-loop.ts';

const none: readonly never[] = [];

/**
 * Works a lease at most once: a batch is acknowledged before its first message is handled, and no message is attempted
 * twice. A message that fails goes to the dead letters; messages acknowledged but not begun at a crash are lost.
 */
export async function runAtMostOnce(work: GroupWork, lease: Lease): Promise<void> {
  await workLoop(work, lease, undefined, async (deliveries) => {
    const commit = { acknowledged: deliveries, outputs: [], state: [], dedupeIds: [] };
    await retryWork(work.settings, lease.lost, () => lease.commit(commit));
    await handleAcknowledged(work, deliveries);
  });
}

/** Handles messages that are acknowledged already: everything begun, whatever stop is asked for, unless ownership is lost. */
export async function handleAcknowledged(work: GroupWork, deliveries: readonly Delivery[]): Promise<void> {
  const { settings, abortHandlers } = work;
  const started = performance.now();
  let items = workItemsOf(settings, deliveries);
  while (items.length > 0 && !abortHandlers.aborted) {
    let bytes = 0;
    await runKeyQueues(items, 0, {
      concurrency: settings.concurrency,
      stopFetching: abortHandlers,
      full: () => bytes >= settings.batchBytes,
      attempt: async (item) => {
        item.result = await attemptOnce(work, item);
        bytes += item.result.bytes;
        return true;
      },
    });
    const results = items.flatMap((item) => item.result ?? none);
    await sendResults(work, results);
    items = items.filter((item) => !item.result);
  }
  reportBatch(settings, deliveries, performance.now() - started);
}

/** Together where the backend takes them; what it refuses for good is its message's fault, found one by one. */
async function sendResults(work: GroupWork, results: readonly HandlerResult[]): Promise<void> {
  const { settings, abortHandlers } = work;
  const send = async (outputs: readonly ProducerRecord[]): Promise<void> => {
    if (outputs.length === 0) return;
    await retryWork(settings, abortHandlers, async () => {
      await settings.driver.append(await settings.partitioner.assign(outputs), { acks: settings.acks });
    });
  };
  try {
    await send(results.flatMap(({ outputs }) => outputs));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = results;
    if (only !== undefined && results.length === 1) {
      const letters = only.cutDown?.(error) ?? deadLetterResult(work, only.acknowledged, error);
      await retryWork(settings, abortHandlers, () => appendDeadLetter(settings, letters));
      return;
    }
    const middle = results.length >> 1;
    await sendResults(work, results.slice(0, middle));
    await sendResults(work, results.slice(middle));
  }
}

async function attemptOnce(work: GroupWork, item: WorkItem): Promise<HandlerResult> {
  const { settings, abortHandlers } = work;
  try {
    return await attemptHandler({ settings, abortHandlers }, item, item.deliveries);
  } catch (thrown) {
    const error = handlerError(settings, item.deliveries[0] as Delivery, thrown);
    if (isStreamsError(error, 'FENCED')) throw error;
    for (const message of item.deliveries)
      settings.observer.failed?.({ group: settings.group, message, attempt: 1, error });
    return deadLetterResult(work, item.deliveries, error);
  }
}

function deadLetterResult(
  { settings, deadLetters }: GroupWork,
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
