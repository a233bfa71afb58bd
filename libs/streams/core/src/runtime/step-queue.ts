import type { CompetingCommit, CompetingMember } from '../competing.ts';
import { StreamsError } from '../errors.ts';
import { sizeOf } from '../size-of.ts';
import type { Settings } from './settings.ts';
import { stubbornly } from './stubborn.ts';

/** Gathers the steps of a competing member while earlier ones are on their way; each step stays whole by itself. */
export class StepQueue {
  readonly #settings: Settings;
  readonly #member: CompetingMember;
  #steps: CompetingCommit[] = [];
  /** About how many bytes the steps that wait hold. */
  #bytes = 0;
  #inFlight = 0;
  #running: Promise<void> | undefined;
  #error: unknown;

  constructor(settings: Settings, member: CompetingMember) {
    this.#settings = settings;
    this.#member = member;
  }

  add(step: CompetingCommit): void {
    this.#steps.push(step);
    this.#bytes += bytesOf(step);
  }

  kick(): void {
    if (this.#running || this.#error !== undefined || this.#steps.length === 0) return;
    this.#running = this.#drain();
  }

  /** Waits until fewer than `limit` steps are unsettled, and those that wait are no more than a commit should hold. */
  async room(limit: number): Promise<void> {
    while ((this.#steps.length + this.#inFlight >= limit || this.#full) && this.#error === undefined) {
      this.kick();
      await this.#running;
    }
    if (this.#error !== undefined) throw this.#error;
  }

  async roomForBytes(): Promise<void> {
    if (this.#full) await this.room(Number.POSITIVE_INFINITY);
  }

  flush(): Promise<void> {
    return this.room(1);
  }

  get #full(): boolean {
    return this.#bytes >= this.#settings.batchBytes;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#steps.length > 0) {
        const steps = this.#steps;
        this.#steps = [];
        this.#bytes = 0;
        this.#inFlight = steps.length;
        await this.#commit(steps);
        this.#inFlight = 0;
      }
    } catch (error) {
      this.#error = error;
    } finally {
      this.#running = undefined;
    }
  }

  async #commit(steps: readonly CompetingCommit[]): Promise<void> {
    const { group, observer } = this.#settings;
    const started = performance.now();
    const answers = await stubbornly(this.#settings, this.#member.lost, () => this.#member.commit(steps));
    const fenced = answers.filter((answer) => answer === 'fenced').length;
    if (fenced > 0) observer.error?.({ group, error: fencedError(group, fenced), fatal: false });
    const outputs = steps.reduce((sum, step) => sum + step.outputs.length, 0);
    observer.committed?.({
      group,
      records: steps
        .filter((step, at) => step.acknowledged && answers[at] === 'committed')
        .map(({ record }) => record),
      outputs,
      durationMs: performance.now() - started,
    });
  }
}

function bytesOf({ record, outputs }: CompetingCommit): number {
  return outputs.reduce((sum, { value }) => sum + value.length, sizeOf(record));
}

function fencedError(group: string, messages: number): StreamsError {
  return new StreamsError(
    'FENCED',
    `${messages} messages of group ${group} had been taken over by another member; their results were dropped`,
  );
}
