import {
  type CompetingCommit,
  type CompetingMember,
  type Delivery,
  type GroupOptions,
  StreamsError,
} from '@millrace/streams';
import { Claiming } from './claiming.ts';
import { monotonicNow } from './clock.ts';
import { CompetingCommits } from './competing-commit.ts';
import { Coordination } from './coordination.ts';
import type { Engine } from './engine.ts';
import type { Group } from './group-table.ts';
import { lossNotice } from './loss.ts';
import { memberName } from './membership.ts';
import type { Tables } from './tables.ts';

/** A member of a competing group; its claims are rows, kept its own by its heartbeat. */
export class EmbeddedCompetingMember implements CompetingMember {
  readonly member: string;
  readonly lost: AbortSignal;
  readonly #lose: AbortController = new AbortController();
  readonly #engine: Engine;
  readonly #tables: Tables;
  readonly #coordination: Coordination;
  readonly #group: Group;
  readonly #options: GroupOptions;
  readonly #claiming: Claiming;
  readonly #commit: CompetingCommits;
  readonly #heartbeat: NodeJS.Timeout;
  #expires: number;
  #fetching = 0;
  #closed: Promise<void> | undefined;

  private constructor(
    engine: Engine,
    tables: Tables,
    group: Group,
    entry: { readonly member: string; readonly options: GroupOptions },
  ) {
    const { member, options } = entry;
    this.#engine = engine;
    this.#tables = tables;
    this.#coordination = new Coordination(engine, tables);
    this.#group = group;
    this.member = member;
    this.#options = options;
    this.lost = this.#lose.signal;
    const partitions = options.topics.flatMap((topic) => [...engine.catalog.partitions(topic)]);
    this.#claiming = new Claiming(engine, tables, group, { name: member, partitions });
    this.#commit = new CompetingCommits(engine, tables);
    this.#expires = monotonicNow() + options.leaseMs;
    this.#heartbeat = setInterval(() => this.#beat(), options.leaseMs / 3);
  }

  static async join(
    engine: Engine,
    tables: Tables,
    name: string,
    options: GroupOptions,
  ): Promise<EmbeddedCompetingMember> {
    const entry = { mode: 'competing', member: memberName(), leaving: false, options } as const;
    const coordination = new Coordination(engine, tables);
    const group = await engine.write((transaction) => coordination.enter(transaction, name, entry));
    return new EmbeddedCompetingMember(engine, tables, group, entry);
  }

  async fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    const { news, translate } = this.#engine;
    try {
      while (!options.signal.aborted && !this.lost.aborted && this.#closed === undefined) {
        const { version } = news;
        const room = Math.min(max, this.#options.maxInFlight - this.#commit.holding - this.#fetching);
        const deliveries = room > 0 ? await this.#take(room) : [];
        if (deliveries.length > 0) return deliveries;
        await news.after(version, options.signal);
      }
      return [];
    } catch (error) {
      throw translate(error);
    }
  }

  async commit(steps: readonly CompetingCommit[]): Promise<('committed' | 'fenced')[]> {
    if (!this.lost.aborted) await this.#commit.store(steps);
    if (this.#options.acks === 'all') await this.#engine.disk.sync();
    return this.#commit.answers(steps);
  }

  async release(deliveries: readonly Delivery[]): Promise<void> {
    if (!this.lost.aborted) await this.#commit.giveBack(deliveries);
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#engine.news.wake();
    try {
      await this.#engine.write((transaction) =>
        this.#coordination.remove(transaction, this.#group, this.member),
      );
    } finally {
      this.#abandon();
    }
  }

  async #take(max: number): Promise<Delivery[]> {
    if (monotonicNow() >= this.#expires || !this.#claiming.hasWork()) return [];
    this.#fetching += max;
    try {
      const taken = await this.#engine.write((transaction) => {
        this.#coordination.evictSilent(transaction, this.#group);
        // A member that slept until it was removed must take nothing: nobody would ever free it.
        if (!this.#tables.members.knows(this.#group.id, this.member)) return undefined;
        return this.#claiming.take(max);
      });
      if (taken === undefined) {
        this.#abandon();
        return [];
      }
      for (const [index, delivery] of taken.deliveries.entries()) {
        const claim = taken.claims[index];
        if (claim !== undefined) this.#commit.hold(delivery, claim);
      }
      for (const loss of taken.losses) this.#engine.notify(lossNotice(this.#group.name, loss));
      return [...taken.deliveries];
    } finally {
      this.#fetching -= max;
    }
  }

  #beat(): void {
    const started = monotonicNow();
    this.#showLife().then(
      (expires) => {
        if (expires === undefined) this.#abandon();
        else this.#prolong(expires);
      },
      () => {
        if (this.#expires < started || this.#engine.problem() !== undefined) this.#abandon();
      },
    );
  }

  #prolong(expires: number): void {
    const ranOut = monotonicNow() >= this.#expires;
    this.#expires = expires;
    // A fetch that found them run out waits for news, and nobody else may have any.
    if (ranOut) this.#engine.news.wake();
  }

  /** Until when the claims are this member's own; undefined when it was silent for too long and is removed. */
  #showLife(): Promise<number | undefined> {
    return this.#engine.write(
      (transaction) => {
        const expires = monotonicNow() + this.#options.leaseMs;
        const known = this.#tables.members.renew(this.#group.id, this.member, expires);
        this.#coordination.evictSilent(transaction, this.#group);
        return known ? expires : undefined;
      },
      { urgent: true },
    );
  }

  #abandon(): void {
    if (this.lost.aborted) return;
    clearInterval(this.#heartbeat);
    const { name } = this.#group;
    this.#lose.abort(
      new StreamsError('FENCED', `Member ${this.member} of group ${name} no longer holds its messages`),
    );
    this.#engine.news.wake();
  }
}
