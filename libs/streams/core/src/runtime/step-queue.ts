import type { CompetingCommit, CompetingMember } from '../competing.ts';
import { StreamsError } from '../errors.ts';
import type { Delivery } from '../record.ts';
import { sizeOf } from '../size-of.ts';
import { isRefusal } from './dead-letter.ts';
import type { HandlerResult } from './outcome.ts';
import { retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';

interface Entry {
  readonly step: CompetingCommit;
  readonly record: Delivery;
  readonly letter: HandlerResult | undefined;
}

/** The dead letter of a message whose result the backend refuses for good; throws when the group has none. */
export type GiveUp = (record: Delivery, refusal: StreamsError) => HandlerResult;

/** Gathers the steps of a competing member while earlier ones are on their way; each step stays whole by itself. */
export class StepQueue {
  readonly #settings: Settings;
  readonly #member: CompetingMember;
  readonly #giveUp: GiveUp;
  readonly #failed = new AbortController();
  #steps: Entry[] = [];
  /** About how many bytes the steps that wait hold. */
  #bytes = 0;
  #inFlight = 0;
  #running: Promise<void> | undefined;
  #error: unknown;

  constructor(settings: Settings, member: CompetingMember, giveUp: GiveUp) {
    this.#giveUp = giveUp;
    this.#settings = settings;
    this.#member = member;
  }

  /** Aborts when a commit failed for good, so that nobody waits for the next message to hear of it. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** `letter` is what the step's outputs are, where they are a dead letter. */
  add(step: CompetingCommit & { readonly record: Delivery }, letter?: HandlerResult): void {
    this.#steps.push({ step, record: step.record, letter });
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
        await this.#commitOrFind(steps);
        this.#inFlight = 0;
      }
    } catch (error) {
      this.#error = error;
      this.#failed.abort();
    } finally {
      this.#running = undefined;
    }
  }

  /** Steps that are refused for one message's fault are halved until that message is found. */
  async #commitOrFind(entries: readonly Entry[]): Promise<void> {
    try {
      await this.#commit(entries.map(({ step }) => step));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const [only] = entries;
      if (only !== undefined && entries.length === 1) {
        await this.#commitOrFind([await this.#insteadOf(only, error)]);
        return;
      }
      const middle = entries.length >> 1;
      await this.#commitOrFind(entries.slice(0, middle));
      await this.#commitOrFind(entries.slice(middle));
    }
  }

  async #insteadOf({ record, letter }: Entry, refusal: StreamsError): Promise<Entry> {
    const instead = letter ? letter.cutDown?.(refusal) : this.#giveUp(record, refusal);
    if (instead === undefined) throw refusal;
    const outputs = await this.#settings.router.assign(instead.outputs);
    return { step: { record, acknowledged: true, outputs }, record, letter: instead };
  }

  async #commit(steps: readonly CompetingCommit[]): Promise<void> {
    const { group, observer } = this.#settings;
    const started = performance.now();
    const answers = await retryWork(this.#settings, this.#member.lost, () => this.#member.commit(steps));
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
