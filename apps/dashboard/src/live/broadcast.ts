import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@millrace/service';
import type { Streams } from '@millrace/streams';
import type { ShopFigures, Snapshot } from '../api/snapshot.ts';
import type { Watched, Watcher } from '../watch/watcher.ts';
import type { EventHub } from './event-hub.ts';
import type { FlowCounter } from './flow.ts';

const flowEveryMs = 250;
const flowsPerSnapshot = 4;

export interface BroadcastOptions {
  readonly streams: Streams;
  readonly watcher: Watcher;
  readonly flow: FlowCounter;
  readonly hub: EventHub;
  readonly shop: (watched: Watched, now: number) => ShopFigures;
  readonly log: Logger;
}

/** One snapshot a second and what flowed four times a second, made once for all who watch; nothing while nobody does. */
export async function broadcast(options: BroadcastOptions, signal: AbortSignal): Promise<void> {
  const { hub, flow, log } = options;
  let last: Watched = { topics: [], groups: [] };
  for (let tick = 0; !signal.aborted; tick++) {
    if (hub.viewers === 0) flow.take(Date.now());
    else {
      hub.send('flow', flow.take(Date.now()));
      if (tick % flowsPerSnapshot === 0) {
        let problem: string | null = null;
        try {
          last = await options.watcher.look();
        } catch (error) {
          problem = error instanceof Error ? error.message : String(error);
          log.warn({ err: error }, 'no figures at the moment');
        }
        hub.send('snapshot', snapshotOf(options, last, problem));
      }
    }
    await sleep(flowEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

function snapshotOf({ streams, shop }: BroadcastOptions, watched: Watched, problem: string | null): Snapshot {
  const at = Date.now();
  return {
    at,
    backend: streams.backend,
    mode: 'shop',
    writable: false,
    problem,
    ...watched,
    shop: shop(watched, at),
  };
}
