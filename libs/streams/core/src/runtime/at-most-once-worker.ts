import { isStreamsError, toStreamsError } from '../errors.ts';
import type { Lease } from '../lease.ts';
import type { Delivery } from '../record.ts';
import type { ProducerRecord } from '../router.ts';
import type { Topic } from '../topic.ts';
import { attemptUnit } from './attempt-unit.ts';
import { deadLetter } from './dead-letter.ts';
import { runLanes } from './lanes.ts';
import { type HandlerResult, settledOnly } from './outcome.ts';
import { reportBatch } from './report-batch.ts';
import type { Settings } from './settings.ts';
import type { WorkerSignals } from './signals.ts';
import { stubbornly } from './stubborn.ts';
import { unitsOf, type WorkItem } from './unit.ts';

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
  while (!signals.drain.aborted) {
    const deliveries = await stubbornly(settings, signals.drain, () =>
      lease.fetch(settings.batch, { signal: signals.drain }),
    );
    if (deliveries.length === 0) continue;
    const step = { acknowledged: deliveries, outputs: [], state: [], dedupeIds: [] };
    await stubbornly(settings, lease.lost, () => lease.commit(step));
    await handleAcknowledged(settings, signals, deadLetters, deliveries);
  }
}

/** Handles messages that are settled already: everything begun, whatever stop is asked for, unless ownership is lost. */
export async function handleAcknowledged(
  settings: Settings,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
  deliveries: readonly Delivery[],
): Promise<void> {
  const started = performance.now();
  let units = unitsOf(settings, deliveries);
  while (units.length > 0 && !signals.abandon.aborted) {
    let bytes = 0;
    await runLanes(units, 0, {
      concurrency: settings.concurrency,
      drain: signals.abandon,
      full: () => bytes >= settings.batchBytes,
      attempt: async (unit) => {
        unit.outcome = await attemptOnce(settings, signals, deadLetters, unit);
        bytes += unit.outcome.bytes;
        return true;
      },
    });
    await send(
      settings,
      signals,
      units.flatMap((unit) => unit.outcome?.outputs ?? none),
    );
    units = units.filter((unit) => !unit.outcome);
  }
  reportBatch(settings, deliveries, performance.now() - started);
}

async function send(
  settings: Settings,
  signals: WorkerSignals,
  drafts: readonly ProducerRecord[],
): Promise<void> {
  if (drafts.length === 0) return;
  await stubbornly(settings, signals.abandon, async () => {
    await settings.driver.append(await settings.router.assign(drafts), { acks: settings.acks });
  });
}

async function attemptOnce(
  settings: Settings,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
  unit: WorkItem,
): Promise<HandlerResult> {
  try {
    return await attemptUnit({ settings, signal: signals.abandon, state: undefined }, unit, unit.deliveries);
  } catch (thrown) {
    const error = toStreamsError(thrown, 'HANDLER_FAILED', `a handler of group ${settings.group} failed`);
    if (isStreamsError(error, 'FENCED')) throw error;
    const outputs = unit.deliveries.flatMap((record) => {
      settings.observer.failed?.({ group: settings.group, message: record, attempt: 1, error });
      if (!settings.deadLetter) return [];
      settings.observer.deadLettered?.({ group: settings.group, message: record, attempts: 1, error });
      return [deadLetter(deadLetters, settings, record, 1, error)];
    });
    const bytes = outputs.reduce((sum, { value }) => sum + value.length, 0);
    return { ...settledOnly(unit.deliveries), outputs, bytes };
  }
}
