import { type Resident, residentMemory } from './memory.ts';

/** Megabytes resident of one service. */
export interface MemoryUse {
  /** When the first 100,000 rows were handled; null when there were fewer. */
  readonly at100k: number | null;
  /** At the last sample. */
  readonly last: number;
  readonly peak: number;
}

interface Tracked {
  at100k: number | null;
  last: number;
  peak: number;
}

const megabyte = 1024 * 1024;

/** What each service keeps resident while a run goes on. */
export class MemoryLog {
  readonly #uses: Map<string, Tracked> = new Map();
  readonly #measure: (processId: number) => Resident | undefined;

  constructor(measure: (processId: number) => Resident | undefined = residentMemory) {
    this.#measure = measure;
  }

  sample(processes: readonly { readonly name: string; readonly processId: number }[]): void {
    for (const { name, processId } of processes) {
      const resident = this.#measure(processId);
      if (!resident) continue;
      const use = this.#uses.get(name) ?? { at100k: null, last: 0, peak: 0 };
      use.last = resident.now;
      use.peak = Math.max(use.peak, resident.peak);
      this.#uses.set(name, use);
    }
  }

  /** Keeps the latest sample as the one at the first 100,000 rows. */
  markFirstRows(): void {
    for (const use of this.#uses.values()) use.at100k ??= use.last;
  }

  uses(): Readonly<Record<string, MemoryUse>> {
    const entries = [...this.#uses].map(([name, { at100k, last, peak }]) => [
      name,
      { at100k: at100k === null ? null : megabytes(at100k), last: megabytes(last), peak: megabytes(peak) },
    ]);
    return Object.fromEntries(entries);
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / megabyte);
}
