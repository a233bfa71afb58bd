import type { Lease } from '../lease.ts';
import type { Position } from '../position.ts';
import type { Delivery } from '../record.ts';
import type { BatchRoute } from '../routes.ts';
import type { Topic } from '../topic.ts';
import { linkedSignal, pause } from './abortable.ts';
import { batchContext, messageOf } from './attempt-unit.ts';
import { Committer } from './committer.ts';
import { appendDeadLetter, deadLettered } from './dead-letter.ts';
import { classifyFailure, exhausted, isMessageFault } from './failure.ts';
import { MessageContext } from './message-context.ts';
import { settledOnly } from './outcome.ts';
import { reportBatch } from './report-batch.ts';
import { retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';
import type { WorkerSignals } from './signals.ts';
import { StateCache } from './state-cache.ts';
import { split, unitsOf, type WorkItem } from './unit.ts';

/**
 * Works a lease whose positions the handlers save in a database of their own. The backend is told the positions too,
 * afterwards and only so that lag can be seen: on take-over what the database says counts.
 */
export async function runExternal(
  settings: Settings,
  lease: Lease,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
): Promise<void> {
  const saved = new Map<string, Position>();
  const loaded = (await settings.external?.load([...settings.routes.keys()], lease.partition)) ?? [];
  for (const position of loaded) saved.set(position.topic, position);
  await lease.seek(loaded);
  const committer = new Committer(settings, lease, new StateCache(lease), {
    // Their batch is saved already, so it cannot be handled again: the letters stand for what could not be sent.
    onRefused: ({ settled }, error) =>
      settled.map((record) =>
        deadLettered(settings, deadLetters, { record, attempts: record.attempt, error }),
      ),
  });
  using fetching = linkedSignal([signals.drain, committer.failed]);
  while (!signals.drain.aborted) {
    await committer.room(settings.batch * 2);
    const deliveries = await retryWork(settings, fetching.signal, () =>
      lease.fetch(settings.batch, { signal: fetching.signal }),
    );
    if (deliveries.length === 0) continue;
    const started = performance.now();
    const units = unitsOf(settings, deliveries);
    for (let unit = units.shift(); unit && !signals.drain.aborted; unit = units.shift()) {
      const again = await attemptUntilSaved({ settings, signals, deadLetters, saved, committer }, unit);
      units.unshift(...again);
    }
    reportBatch(settings, deliveries, performance.now() - started);
    committer.kick();
  }
  if (!lease.lost.aborted) await committer.flush();
}

interface ExternalTools {
  readonly settings: Settings;
  readonly signals: WorkerSignals;
  readonly deadLetters: Topic<unknown>;
  readonly saved: Map<string, Position>;
  readonly committer: Committer;
}

/** Empty once the unit is saved; otherwise what is to be tried next in its place. */
async function attemptUntilSaved(tools: ExternalTools, unit: WorkItem): Promise<WorkItem[]> {
  try {
    const tooOften = exhausted(tools.settings, unit);
    if (tooOften) throw tooOften;
    await save(tools, unit, unit.deliveries);
    return [];
  } catch (thrown) {
    if (unit.deliveries.length > 1 && isMessageFault(thrown)) return split(unit);
    const record = unit.deliveries[0] as Delivery;
    const verdict = classifyFailure(tools.settings, record, unit.attempt, thrown);
    switch (verdict.kind) {
      case 'retry':
        await tools.committer.flush({ record, attempts: unit.attempt });
        await pause(verdict.delayMs, tools.signals.drain);
        return [{ ...unit, attempt: unit.attempt + 1 }];
      case 'wait':
        await pause(verdict.delayMs, tools.signals.drain);
        return [unit];
      case 'dead-letter': {
        const { settings } = tools;
        const givenUp = { record, attempts: unit.attempt, error: verdict.error };
        await appendDeadLetter(settings, deadLettered(settings, tools.deadLetters, givenUp));
        await save(tools, unit, []);
        return [];
      }
      case 'fenced':
      case 'stop':
        throw verdict.error;
      default:
        return unknownVerdict(verdict);
    }
  }
}

async function save(tools: ExternalTools, unit: WorkItem, deliveries: readonly Delivery[]): Promise<void> {
  const { settings, signals, saved, committer } = tools;
  const last = unit.deliveries.at(-1) as Delivery;
  const route = unit.route as BatchRoute;
  const messages = deliveries.map((delivery) => messageOf(route, delivery, unit.attempt));
  const context = new MessageContext(settings, last, signals.abandon, undefined);
  const batch = batchContext(context, saved.get(last.topic), last);
  await route.handler(messages, batch);
  context.close();
  saved.set(last.topic, batch.last);
  committer.add({ ...settledOnly(unit.deliveries), outputs: context.outputs, bytes: context.bytes });
  await committer.roomForBytes();
}

function unknownVerdict(verdict: never): never {
  throw new TypeError(`unknown verdict ${JSON.stringify(verdict)}`);
}
