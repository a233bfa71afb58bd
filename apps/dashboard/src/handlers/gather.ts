import { setTimeout as sleep } from 'node:timers/promises';
import type { FlowCounter } from '../live/flow.ts';

const busyPerSecond = 1_000;
const fewMessages = 16;
const waitsMs = 100;

/**
 * Lets records gather while many of them come in small batches: a thousand fetches a second cost more than what is done with
 * their records. A shop at its usual pace is shown at once.
 */
export async function gather(flow: FlowCounter, messages: number, signal: AbortSignal): Promise<void> {
  if (flow.perSecond < busyPerSecond || messages >= fewMessages) return;
  await sleep(waitsMs, undefined, { signal }).catch(() => undefined);
}
