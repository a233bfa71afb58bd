import { isStreamsError, toStreamsError } from '../errors.ts';
import type { Lease } from '../lease.ts';
import type { Delivery } from '../record.ts';
import type { Topic } from '../topic.ts';
import { attemptUnit } from './attempt-unit.ts';
import { deadLetter } from './dead-letter.ts';
import { runLanes } from './lanes.ts';
import { type Outcome, settledOnly } from './outcome.ts';
import { reportBatch } from './report-batch.ts';
import type { Settings } from './settings.ts';
import type { WorkerSignals } from './signals.ts';
import { stubbornly } from './stubborn.ts';
import { type Unit, unitsOf } from './unit.ts';

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
    const step = { settled: deliveries, outputs: [], state: [], seen: [] };
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
  const units = unitsOf(settings, deliveries);
  await runLanes(units, 0, {
    concurrency: settings.concurrency,
    drain: signals.abandon,
    attempt: async (unit) => {
      unit.outcome = await attemptOnce(settings, signals, deadLetters, unit);
      return true;
    },
  });
  const drafts = units.flatMap((unit) => unit.outcome?.outputs ?? []);
  if (drafts.length > 0) {
    await stubbornly(settings, signals.abandon, async () => {
      await settings.driver.append(await settings.router.place(drafts), { acks: settings.acks });
    });
  }
  reportBatch(settings, deliveries, performance.now() - started);
}

async function attemptOnce(
  settings: Settings,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
  unit: Unit,
): Promise<Outcome> {
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
    return { ...settledOnly(unit.deliveries), outputs };
  }
}
