import type { Check, Finding } from './verdict.ts';

const kept = 20;

/** What does not add up: the newest findings, and how many there were of each kind. */
export class Findings {
  readonly #latest: Finding[] = [];
  readonly #counts = new Map<Check['name'], number>();

  add(finding: Finding): void {
    this.#counts.set(finding.check, this.of(finding.check) + 1);
    this.#latest.unshift(finding);
    if (this.#latest.length > kept) this.#latest.pop();
  }

  of(check: Check['name']): number {
    return this.#counts.get(check) ?? 0;
  }

  inAll(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The newest first. */
  latest(): readonly Finding[] {
    return this.#latest;
  }
}
