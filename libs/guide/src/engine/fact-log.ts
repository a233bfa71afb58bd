import type { GuideEvent, GuideFact, Place } from '../events.ts';

/** What a consumer reported, to be told at the end of the step, when its name is known. */
export interface Report {
  readonly consumer: () => string;
  readonly place: Place | undefined;
  readonly toFact: (consumer: string) => GuideFact;
}

/**
 * The events of a run. What consumers report meanwhile is held back and told at the end of a step, ordered by consumer
 * and place: consumers run at the same time, and a seed must tell the same story twice.
 */
export class FactLog {
  readonly #startedMs = performance.now();
  readonly #onEvent: (event: GuideEvent) => void;
  #sequence = 0;
  #reports: Report[] = [];

  constructor(onEvent: (event: GuideEvent) => void) {
    this.#onEvent = onEvent;
  }

  tell(fact: GuideFact): void {
    const atMs = Math.round(performance.now() - this.#startedMs);
    this.#onEvent({ sequence: this.#sequence++, atMs, ...fact });
  }

  report(report: Report): void {
    this.#reports.push(report);
  }

  flush(): void {
    const reports = this.#reports.map((report) => ({ ...report, name: report.consumer() }));
    this.#reports = [];
    reports.sort((a, b) => compare(a.name, b.name) || comparePlaces(a.place, b.place));
    for (const { name, toFact } of reports) this.tell(toFact(name));
  }
}

function comparePlaces(a: Place | undefined, b: Place | undefined): number {
  if (!a || !b) return Number(Boolean(a)) - Number(Boolean(b));
  return compare(a.topic, b.topic) || a.partition - b.partition || compare(a.offset, b.offset);
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
