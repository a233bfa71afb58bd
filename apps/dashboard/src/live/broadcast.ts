import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@millrace/service';
import type { Streams } from '@millrace/streams';
import type { ShopFigures, Snapshot } from '../api/snapshot.ts';
import type { BreakIt } from '../faults/break-it.ts';
import type { OrderIndex } from '../orders/order-index.ts';
import type { History } from '../watch/history.ts';
import type { Watched, Watcher } from '../watch/watcher.ts';
import type { EventHub } from './event-hub.ts';
import type { FlowCounter } from './flow.ts';

const flowEveryMs = 250;
const lookEveryMs = 1_000;
const quietLookEveryMs = 5_000;
/** After a look at thousands of topics, which takes seconds, the backend is left alone as long. */
const restOf = (tookMs: number): number => Math.min(tookMs, 10_000);
/** While something is broken on purpose: a server that was ended may be back within three seconds. */
const brokenAnswersWithinMs = 1_000;
/** Figures that take longer, and twice as long as the last ones did, are called older than they should be. */
const answersWithin = (lastTookMs: number): number => Math.max(3_000, Math.min(2 * lastTookMs, 10_000));

/** What is told besides topics and groups when the streams are the shop's. */
export interface BroadcastShop {
  readonly figures: (watched: Watched, now: number) => ShopFigures;
  /** Whether something that began before that time is still under way. */
  readonly isUnderWay: (before: number) => boolean;
  readonly breakIt: BreakIt;
  readonly index: OrderIndex;
}

export interface BroadcastOptions {
  readonly streams: Streams;
  readonly watcher: Watcher;
  readonly flow: FlowCounter;
  readonly hub: EventHub;
  readonly history: History;
  readonly shop: BroadcastShop | undefined;
  /** Whether changes are allowed. */
  readonly writable: boolean;
  readonly log: Logger;
}

/**
 * One snapshot a second and what flowed four times a second, made once for all who watch. While nobody does, figures are
 * taken for the history alone. A backend that does not answer holds up nothing: the page is told for how long.
 */
export async function broadcast(options: BroadcastOptions, signal: AbortSignal): Promise<void> {
  const { hub, flow } = options;
  let last: Watched = { topics: [], groups: [] };
  let looking: { readonly since: number; readonly done: Promise<void> } | undefined;
  let looked = { at: 0, tookMs: 0 };
  let told = 0;
  const isBreaking = (): boolean => options.shop?.breakIt.isAwaiting === true;
  const isWatched = (): boolean => hub.viewers > 0 || isBreaking();
  const isDue = (now: number): boolean => {
    const usualMs = hub.viewers > 0 ? lookEveryMs : quietLookEveryMs;
    // A server that is broken on purpose may be back within a second.
    const everyMs = isBreaking() ? flowEveryMs : usualMs;
    // A tick comes a little early or late.
    return now - looked.at >= Math.max(everyMs - flowEveryMs / 2, looked.tookMs + restOf(looked.tookMs));
  };
  const takeALook = async (since: number): Promise<void> => {
    const { watched, problem } = await look(options, last);
    last = watched;
    looking = undefined;
    looked = { at: since, tookMs: problem === null ? Date.now() - since : 0 };
    const snapshot = snapshotOf(options, last, problem);
    // Sent while nobody watches too: whoever begins to need not wait for the next look.
    options.hub.send('snapshot', snapshot);
    if (problem === null) observeFaults(options, last, snapshot);
  };
  while (!signal.aborted) {
    const now = Date.now();
    const flowed = flow.take(now);
    if (isWatched()) hub.send('flow', flowed);
    const waitedMs = looking === undefined ? 0 : now - looking.since;
    const patienceMs = isBreaking() ? brokenAnswersWithinMs : answersWithin(looked.tookMs);
    if (waitedMs > patienceMs && isWatched() && now - told >= lookEveryMs) {
      told = now;
      hub.send('snapshot', snapshotOf(options, last, noAnswer(waitedMs)));
    }
    if (looking === undefined && isDue(now)) looking = { since: now, done: takeALook(now) };
    await sleep(flowEveryMs, undefined, { signal }).catch(() => undefined);
  }
  await looking?.done;
}

function noAnswer(waitedMs: number): string {
  return `no answer for ${Math.floor(waitedMs / 1_000)} s`;
}

async function look(
  { watcher, history, shop, log }: BroadcastOptions,
  last: Watched,
): Promise<{ readonly watched: Watched; readonly problem: string | null }> {
  try {
    const watched = await watcher.look();
    await history.add(watched, Date.now());
    await shop?.index.save();
    return { watched, problem: null };
  } catch (error) {
    log.warn({ err: error }, 'no figures at the moment');
    return { watched: last, problem: error instanceof Error ? error.message : String(error) };
  }
}

function observeFaults({ shop }: BroadcastOptions, watched: Watched, { shop: figures, at }: Snapshot): void {
  if (shop && figures) shop.breakIt.observe(watched, figures, at, shop.isUnderWay);
}

function snapshotOf(
  { streams, shop, writable }: BroadcastOptions,
  watched: Watched,
  problem: string | null,
): Snapshot {
  const at = Date.now();
  return {
    at,
    backend: streams.backend,
    mode: shop ? 'shop' : 'console',
    writable,
    problem,
    unsafeSettings: streams.admin.unsafeSettings(),
    ...watched,
    shop: shop?.figures(watched, at) ?? null,
  };
}
