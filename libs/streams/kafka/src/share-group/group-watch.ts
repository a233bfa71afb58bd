import type { MemberHealth } from '@millrace/streams/driver';
import type { Context } from '../context.ts';
import type { TopicPartition } from '../offsets.ts';
import { type ShareGroupSettings, settleSettings } from './group-settings.ts';
import { type TopicOffset, TrimmedRecords } from './trimmed-records.ts';

/** Milliseconds between two looks for what was trimmed before the group acknowledged it. */
const trimmedEveryMs = 1_000;
const keepingSettings = 'keep the settings of its group';

export interface GroupWatchOptions {
  readonly leaseMs: number;
  readonly settings: ShareGroupSettings;
  readonly health: MemberHealth;
  /** The member's partitions. */
  readonly places: () => readonly TopicPartition[];
  /** What the member will still acknowledge. */
  readonly inHand: () => readonly TopicOffset[];
}

/** What others do to a group while a member is at work in it: change its settings, trim what it has not read. */
export class GroupWatch implements Disposable {
  readonly #context: Context;
  readonly #group: string;
  readonly #options: GroupWatchOptions;
  readonly #trimmed: TrimmedRecords;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly look: () => void;
  #settings: ShareGroupSettings;
  #disposed = false;

  constructor(context: Context, group: string, options: GroupWatchOptions) {
    this.#context = context;
    this.#group = group;
    this.#options = options;
    this.#settings = options.settings;
    this.#trimmed = new TrimmedRecords(context, group);
    this.look = oneAtATime(() => this.#look());
    const keepSettings = oneAtATime(() => this.#keepSettings());
    this.#timers = [setInterval(this.look, trimmedEveryMs), setInterval(keepSettings, options.leaseMs)];
    for (const timer of this.#timers) timer.unref();
  }

  get settings(): ShareGroupSettings {
    return this.#settings;
  }

  acknowledged(records: readonly TopicOffset[]): void {
    this.#trimmed.acknowledged(records);
  }

  /** They are not the member's any more, and it has not acknowledged them. Never rejects. */
  async givenUp(records: readonly TopicOffset[]): Promise<void> {
    if (records.length > 0) await this.#trimmed.givenUp(records).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** What cannot be looked at now is looked at next time. */
  async #look(): Promise<void> {
    const { places, inHand } = this.#options;
    await this.#trimmed.look(places(), inHand).catch(() => undefined);
  }

  async #keepSettings(): Promise<void> {
    const { leaseMs, health } = this.#options;
    try {
      this.#settings = await settleSettings(this.#context, this.#group, leaseMs, 'safety');
      if (this.#disposed) return;
      health.worked(keepingSettings);
      const names = this.#settings.changed.join(', ');
      if (names === '') return;
      this.#context.notify({
        kind: 'unsafe-settings',
        message: `settings of the share group ${this.#group} were changed while it is at work (${names}): they are set back; what the broker gave up on meanwhile is lost to the group`,
        details: { group: this.#group, settings: names },
      });
    } catch (error) {
      if (!this.#disposed) health.failed(keepingSettings, error);
    }
  }
}

function oneAtATime(work: () => Promise<void>): () => void {
  let running = false;
  return () => {
    if (running) return;
    running = true;
    void work().finally(() => {
      running = false;
    });
  };
}
