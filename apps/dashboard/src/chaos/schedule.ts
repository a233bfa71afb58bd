import type { FaultView } from '../api/faults.ts';

/** Returns numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface ScheduledFault {
  readonly name: string;
  readonly target: string | undefined;
}

/** What is broken next, of what can be broken here. */
export function nextFault(faults: readonly FaultView[], random: () => number): ScheduledFault {
  const possible = faults.filter(({ problem }) => problem === null);
  const fault = chosen(possible, random);
  return { name: fault?.name ?? '', target: fault ? chosen(fault.targets, random) : undefined };
}

function chosen<Value>(values: readonly Value[], random: () => number): Value | undefined {
  return values[Math.floor(random() * values.length)];
}
