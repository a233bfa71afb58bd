import type { Lease } from '../lease.ts';
import type { Position } from '../position.ts';
import type { Delivery } from '../record.ts';
import type { BatchRoute } from '../routes.ts';
import type { WorkerSignals } from '../signals.ts';
import { linkedSignal, pause } from '../signals.ts';
import type { Topic } from '../topic.ts';
import { batchContext, messageOf } from './attempt.ts';
import { CommitQueue } from './commit-queue.ts';
import { appendDeadLetter, deadLettered } from './dead-letter.ts';
import { classifyFailure, exhausted, isMessageFault } from './failure.ts';
import { acknowledgedOnly } from './handler-result.ts';
import { MessageContext } from './message-context.ts';
import { reportBatch } from './report-batch.ts';
import { retryFetch } from './retry-work.ts';
import type { Settings } from './settings.ts';
import { StateCache } from './state-cache.ts';
import { split, type WorkItem, workItemsOf } from './work-item.ts';

/**
 * Works a lease whose positions the handlers save in a database of their own. The backend gets the positions too,
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
  const commitQueue = new CommitQueue(settings, lease, new StateCache(lease), {
    // Their batch is saved already, so it cannot be handled again: the letters stand for what could not be sent.
    onRefused: ({ acknowledged }, error) =>
      acknowledged.map((record) =>
        deadLettered(settings, deadLetters, { record, attempts: record.attempt, error }),
      ),
  });
  using fetching = linkedSignal([signals.stopFetching, commitQueue.failed]);
  while (!signals.stopFetching.aborted) {
    await commitQueue.waitForCapacity(settings.batch * 2);
    const deliveries = await retryFetch(settings, fetching.signal, () =>
      lease.fetch(settings.batch, { signal: fetching.signal }),
    );
    if (deliveries.length === 0) continue;
    const started = performance.now();
    const items = workItemsOf(settings, deliveries);
    for (let item = items.shift(); item && !signals.stopFetching.aborted; item = items.shift()) {
      const again = await attemptUntilSaved({ settings, signals, deadLetters, saved, commitQueue }, item);
      items.unshift(...again);
    }
    reportBatch(settings, deliveries, performance.now() - started);
    commitQueue.startCommit();
  }
  if (!lease.lost.aborted) await commitQueue.flush();
}

interface ExternalTools {
  readonly settings: Settings;
  readonly signals: WorkerSignals;
  readonly deadLetters: Topic<unknown>;
  readonly saved: Map<string, Position>;
  readonly commitQueue: CommitQueue;
}

/** Empty once the item is saved; otherwise what is to be tried next in its place. */
async function attemptUntilSaved(tools: ExternalTools, item: WorkItem): Promise<WorkItem[]> {
  try {
    const tooOften = exhausted(tools.settings, item);
    if (tooOften) throw tooOften;
    await save(tools, item, item.deliveries);
    return [];
  } catch (thrown) {
    if (item.deliveries.length > 1 && isMessageFault(thrown)) return split(item);
    const record = item.deliveries[0] as Delivery;
    const action = classifyFailure(tools.settings, record, item.attempt, thrown);
    switch (action.kind) {
      case 'retry':
        await tools.commitQueue.flush({ record, attempts: item.attempt });
        await pause(action.delayMs, tools.signals.stopFetching);
        return [{ ...item, attempt: item.attempt + 1 }];
      case 'wait':
        await pause(action.delayMs, tools.signals.stopFetching);
        return [item];
      case 'dead-letter': {
        const { settings } = tools;
        const givenUp = { record, attempts: item.attempt, error: action.error };
        await appendDeadLetter(settings, deadLettered(settings, tools.deadLetters, givenUp));
        await save(tools, item, []);
        return [];
      }
      case 'fenced':
      case 'stop':
        throw action.error;
      default:
        return unknownAction(action);
    }
  }
}

async function save(tools: ExternalTools, item: WorkItem, deliveries: readonly Delivery[]): Promise<void> {
  const { settings, signals, saved, commitQueue } = tools;
  const last = item.deliveries.at(-1) as Delivery;
  const route = item.route as BatchRoute;
  const messages = deliveries.map((delivery) => messageOf(route, delivery, item.attempt));
  const context = new MessageContext(settings, last, signals.abortHandlers, undefined);
  const batch = batchContext(context, saved.get(last.topic), last);
  await route.handler(messages, batch);
  context.close();
  saved.set(last.topic, batch.last);
  commitQueue.add({ ...acknowledgedOnly(item.deliveries), outputs: context.outputs, bytes: context.bytes });
  await commitQueue.waitForByteCapacity();
}

function unknownAction(action: never): never {
  throw new TypeError(`unknown failure action ${JSON.stringify(action)}`);
}
