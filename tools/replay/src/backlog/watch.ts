import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, isStreamsError } from '@millrace/streams';
import { type Backlog, measureBacklog } from './backlog.ts';
import type { Stalls } from './stalls.ts';

export interface WatchOptions {
  readonly admin: Admin;
  readonly everyMs: number;
  readonly stalls: Stalls;
  readonly onBacklog: (backlog: Backlog) => void;
  /** Something a person should see. */
  readonly note: (text: string) => void;
}

/** Measures the backlog again and again until the signal aborts. Rejects when a group is stuck or the backend refuses. */
export async function watchBacklog(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { admin, everyMs, stalls, onBacklog, note } = options;
  let troubled = false;
  while (!signal.aborted) {
    const backlog = await measureBacklog(admin).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      if (!isStreamsError(error) || !error.retryable) throw error;
      if (!troubled) note(`the backlog cannot be measured (${error.message}); trying again`);
      troubled = true;
      return undefined;
    });
    if (signal.aborted) return;
    if (backlog) {
      troubled = false;
      onBacklog(backlog);
      stalls.check(backlog, performance.now());
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
