import {
  type CompetingCommit,
  type CompetingMember,
  type Delivery,
  type GroupOptions,
  StreamsError,
} from '@millrace/streams';
import { MemberHealth } from '@millrace/streams/driver-kit';
import { monotonicNow } from '../group/clock.ts';
import { Coordination, newMemberId } from '../group/coordination.ts';
import type { Group } from '../group/group-table.ts';
import type { Tables } from '../group/tables.ts';
import { lossNotice } from '../group/topic-cursor.ts';
import type { LogEngine } from '../log/log-engine.ts';
import { ClaimFetcher } from './claim-fetcher.ts';
import { CompetingCommits } from './competing-commits.ts';

const heartbeat = 'store its heartbeat';

/** A member of a competing group; its claims are rows, kept its own by its heartbeat. */
export class EmbeddedCompetingMember implements CompetingMember {
  readonly member: string;
  readonly lost: AbortSignal;
  readonly #lose: AbortController = new AbortController();
  readonly #engine: LogEngine;
  readonly #tables: Tables;
  readonly #coordination: Coordination;
  readonly #group: Group;
  readonly #options: GroupOptions;
  readonly #fetcher: ClaimFetcher;
  readonly #commit: CompetingCommits;
  readonly #timer: NodeJS.Timeout;
  readonly #health: MemberHealth;
  #expires: number;
  #fetching = 0;
  #closed: Promise<void> | undefined;

  private constructor(
    engine: LogEngine,
    tables: Tables,
    group: Group,
    joining: { readonly member: string; readonly options: GroupOptions },
  ) {
    const { member, options } = joining;
    this.#engine = engine;
    this.#tables = tables;
    this.#coordination = new Coordination(engine, tables);
    this.#group = group;
    this.member = member;
    this.#options = options;
    this.lost = this.#lose.signal;
    const { translate, notify } = engine;
    this.#health = new MemberHealth({ group: group.name, member, translate, notify });
    const partitions = options.topics.flatMap((topic) => [...engine.catalog.partitions(topic)]);
    this.#fetcher = new ClaimFetcher(engine, tables, group, { name: member, partitions });
    this.#commit = new CompetingCommits(engine, tables);
    this.#expires = monotonicNow() + options.leaseMs;
    this.#timer = setInterval(() => this.#heartbeat(), options.leaseMs / 3);
  }

  static async join(
    engine: LogEngine,
    tables: Tables,
    name: string,
    options: GroupOptions,
  ): Promise<EmbeddedCompetingMember> {
    const joining = { mode: 'competing', member: newMemberId(), leaving: false, options } as const;
    const coordination = new Coordination(engine, tables);
    const group = await engine.write((transaction) => coordination.join(transaction, name, joining));
    return new EmbeddedCompetingMember(engine, tables, group, joining);
  }

  async fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    const { notifier, translate } = this.#engine;
    try {
      while (!options.signal.aborted && !this.lost.aborted && this.#closed === undefined) {
        const { version } = notifier;
        const room = Math.min(max, this.#options.maxInFlight - this.#commit.inFlight - this.#fetching);
        const deliveries = room > 0 ? await this.#take(room) : [];
        if (deliveries.length > 0) return deliveries;
        await notifier.after(version, options.signal);
      }
      return [];
    } catch (error) {
      throw translate(error);
    }
  }

  async commit(commits: readonly CompetingCommit[]): Promise<('committed' | 'fenced')[]> {
    if (!this.lost.aborted) await this.#commit.store(commits);
    if (this.#options.acks === 'all') await this.#engine.walSync.sync();
    return this.#commit.results(commits);
  }

  async release(deliveries: readonly Delivery[]): Promise<void> {
    if (!this.lost.aborted) await this.#commit.release(deliveries);
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    this.#engine.notifier.wake();
    try {
      await this.#engine.write((transaction) =>
        this.#coordination.remove(transaction, this.#group, this.member),
      );
    } finally {
      this.#abandon();
    }
  }

  async #take(max: number): Promise<Delivery[]> {
    if (monotonicNow() >= this.#expires || !this.#fetcher.hasWork()) return [];
    this.#fetching += max;
    try {
      const taken = await this.#engine.write((transaction) => {
        this.#coordination.evictExpired(transaction, this.#group);
        // A member that slept until it was removed must take nothing: nobody would ever free it.
        if (!this.#tables.members.knows(this.#group.id, this.member)) return undefined;
        return this.#fetcher.take(max);
      });
      if (taken === undefined) {
        this.#abandon();
        return [];
      }
      for (const [index, delivery] of taken.deliveries.entries()) {
        const claim = taken.claims[index];
        if (claim !== undefined) this.#commit.track(delivery, claim);
      }
      for (const loss of taken.losses) this.#engine.notify(lossNotice(this.#group.name, loss));
      return [...taken.deliveries];
    } finally {
      this.#fetching -= max;
    }
  }

  #heartbeat(): void {
    const started = monotonicNow();
    this.#sendHeartbeat().then(
      (expires) => {
        this.#health.worked(heartbeat);
        if (expires === undefined) this.#abandon();
        else this.#renew(expires);
      },
      (error: unknown) => {
        this.#health.failed(heartbeat, error);
        if (this.#expires < started || this.#engine.problem() !== undefined) this.#abandon();
      },
    );
  }

  #renew(expires: number): void {
    const ranOut = monotonicNow() >= this.#expires;
    this.#expires = expires;
    // A fetch that found them run out waits, and nobody else may commit anything.
    if (ranOut) this.#engine.notifier.wake();
  }

  /** Until when the claims are this member's own; undefined when it was silent for too long and is removed. */
  #sendHeartbeat(): Promise<number | undefined> {
    return this.#engine.write(
      (transaction) => {
        const expires = monotonicNow() + this.#options.leaseMs;
        const known = this.#tables.members.renew(this.#group.id, this.member, expires);
        this.#coordination.evictExpired(transaction, this.#group);
        return known ? expires : undefined;
      },
      { urgent: true },
    );
  }

  #abandon(): void {
    if (this.lost.aborted) return;
    clearInterval(this.#timer);
    const { name } = this.#group;
    this.#lose.abort(
      new StreamsError('FENCED', `Member ${this.member} of group ${name} no longer holds its messages`),
    );
    this.#engine.notifier.wake();
  }
}
