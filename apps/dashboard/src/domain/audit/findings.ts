import type { Check, Finding } from './verdict.ts';

const kept = 1_000;
const shown = 20;

/** What does not add up. A finding that turns out to be a mistake of reading is taken back. */
export class Findings {
  /** The newest first; whether it was read again and is so. */
  #open: readonly { readonly finding: Finding; readonly confirmed: boolean }[] = [];
  /** Those for which there was no place. */
  #more = 0;

  add(finding: Finding): void {
    if (this.#open.length >= kept) this.#more++;
    else this.#open = [{ finding, confirmed: false }, ...this.#open];
  }

  of(check: Check['name']): number {
    return this.#open.filter(({ finding }) => finding.check === check).length;
  }

  inAll(): number {
    return this.#open.length + this.#more;
  }

  /** The newest first. */
  latest(): readonly Finding[] {
    return this.#open.slice(0, shown).map(({ finding }) => finding);
  }

  /** Those that nobody has read again yet. */
  unconfirmed(): readonly Finding[] {
    return this.#open.filter(({ confirmed }) => !confirmed).map(({ finding }) => finding);
  }

  confirm(wanted: (finding: Finding) => boolean): void {
    this.#open = this.#open.map((each) => (wanted(each.finding) ? { ...each, confirmed: true } : each));
  }

  dismiss(wanted: (finding: Finding) => boolean): void {
    this.#open = this.#open.filter(({ finding }) => !wanted(finding));
  }

  save(): readonly Finding[] {
    return this.#open.map(({ finding }) => finding);
  }

  restore(findings: readonly Finding[]): void {
    this.#open = findings.map((finding) => ({ finding, confirmed: false }));
  }
}
