import type { WorkItem } from './unit.ts';

export interface LaneOptions {
  readonly concurrency: number;
  /** Starts nothing more once it aborts. */
  readonly drain: AbortSignal;
  /** Starts nothing more, after the first unit, while this holds. */
  readonly full: () => boolean;
  /** True when the unit has its outcome; false stops its lane and starts nothing more. Must not throw. */
  readonly attempt: (unit: WorkItem) => boolean | Promise<boolean>;
}

/**
 * Tries the units from `first` on that are not done: in order within a lane, lanes side by side up to the concurrency.
 * The first of them is always tried, so that it cannot be kept waiting by what comes after it.
 */
export async function runLanes(
  units: readonly WorkItem[],
  first: number,
  options: LaneOptions,
): Promise<void> {
  if (options.concurrency === 1) return runInOrder(units, first, options);
  const lanes = new Map<string, WorkItem[]>();
  for (let index = first; index < units.length; index++) {
    const unit = units[index];
    if (!unit || unit.outcome) continue;
    const lane = lanes.get(unit.lane);
    if (lane) lane.push(unit);
    else lanes.set(unit.lane, [unit]);
  }
  const waiting = lanes.values();
  let failed = false;
  let started = 0;
  const worker = async (): Promise<void> => {
    for (const lane of waiting) {
      for (const unit of lane) {
        if (failed || options.drain.aborted || (started++ > 0 && options.full())) return;
        const result = options.attempt(unit);
        if (!(typeof result === 'boolean' ? result : await result)) failed = true;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, lanes.size) }, worker));
}

async function runInOrder(units: readonly WorkItem[], first: number, options: LaneOptions): Promise<void> {
  let started = 0;
  for (let index = first; index < units.length; index++) {
    const unit = units[index];
    if (!unit || unit.outcome) continue;
    if (options.drain.aborted || (started++ > 0 && options.full())) return;
    const result = options.attempt(unit);
    const done = typeof result === 'boolean' ? result : await result;
    if (!done) return;
  }
}
