import { randomUUID } from 'node:crypto';
import { anySignal, type Delivery, StreamsError } from '@millrace/streams';
import {
  type CompetingCommit,
  type CompetingMember,
  type GroupOptions,
  MemberHealth,
} from '@millrace/streams/driver';
import { exactlyOnceLack } from '../capabilities.ts';
import { translate } from '../client/errors.ts';
import { withDeadline } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { ensureChangelog } from '../group/changelog-topic.ts';
import { partitionCounts } from '../group/partition-counts.ts';
import { KafkaDelivery } from '../stored-record.ts';
import { AttemptNotes, countsAsAttempt } from './attempt-notes.ts';
import { reportLongLock, type ShareGroupSettings, settleSettings } from './group-settings.ts';
import { GroupWatch } from './group-watch.ts';
import { type AcquiredRecord, InFlight } from './in-flight.ts';
import { settleStart } from './initial-offsets.ts';
import { ShareMembership } from './share-membership.ts';
import { SharePolls } from './share-polls.ts';

/** How long a record that was attempted before may keep the next one waiting for its commit. */
const individualWaitMs = 2_000;
const goodbyeWithinMs = 3_000;

/** A member of a share group (KIP-932): the broker gives each record to one member, and keeps it that member's for a time. */
export class KafkaCompetingMember implements CompetingMember {
  /** Brokers take 36 characters. */
  readonly member: string = randomUUID();
  /** Never aborts: what belongs to others by now is fenced record by record. */
  readonly lost: AbortSignal = new AbortController().signal;
  readonly #group: string;
  readonly #inFlight: InFlight;
  readonly #notes: AttemptNotes;
  readonly #health: MemberHealth;
  readonly #membership: ShareMembership;
  readonly #polls: SharePolls;
  readonly #end = new AbortController();
  readonly #renewals: NodeJS.Timeout;
  readonly #watch: GroupWatch;
  #individually = false;
  #disposed: Promise<void> | undefined;

  private constructor(context: Context, group: string, options: GroupOptions, settings: ShareGroupSettings) {
    this.#group = group;
    this.#inFlight = new InFlight(options.maxInFlight);
    this.#notes = new AttemptNotes(context, group);
    const { member } = this;
    const { notify } = context;
    this.#health = new MemberHealth({ group, member, translate, toleratedOutageMs: options.leaseMs, notify });
    this.#membership = new ShareMembership(context, { group, member }, options.topics, {
      health: this.#health,
      onAssigned: () => this.#polls.follow(),
    });
    this.#renewals = setInterval(() => void this.#renew(), settings.lockMs / 3);
    this.#renewals.unref();
    this.#watch = new GroupWatch(context, group, {
      leaseMs: options.leaseMs,
      settings,
      health: this.#health,
      places: () => this.#membership.places,
      inHand: () => this.#inFlight.all(),
    });
    this.#polls = new SharePolls(
      context,
      { group, member },
      {
        inFlight: this.#inFlight,
        notes: this.#notes,
        health: this.#health,
        membership: this.#membership,
        watch: this.#watch,
        end: this.#end.signal,
      },
    );
  }

  /** UNKNOWN_TOPIC when a topic does not exist. */
  static async join(context: Context, group: string, options: GroupOptions): Promise<KafkaCompetingMember> {
    const topics = await partitionCounts(context, options.topics);
    const settings = await settleSettings(context, group, options.leaseMs);
    reportLongLock(context, group, { leaseMs: options.leaseMs, lockMs: settings.lockMs });
    await ensureChangelog(context, { group, partitions: 1, topics: options.topics });
    const member = new KafkaCompetingMember(context, group, options, settings);
    try {
      await settleStart(context, { group, member: member.member }, topics, options.start);
      await member.#membership.join();
      return member;
    } catch (error) {
      await member[Symbol.asyncDispose]();
      throw error;
    }
  }

  async fetch(max: number, { signal }: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    const until = anySignal([signal, this.#end.signal]);
    try {
      while (!until.aborted) {
        if (this.#individually) await this.#inFlight.untilNoneDelivered(until, individualWaitMs);
        const deliveries = until.aborted ? [] : await this.#deliver(max);
        if (deliveries.length > 0) return deliveries;
        const changed = this.#inFlight.change(until);
        this.#polls.start(max);
        await changed;
      }
      return [];
    } catch (error) {
      throw translate(error, `a fetch of group ${this.#group} failed`);
    }
  }

  async commit(commits: readonly CompetingCommit[]): Promise<('committed' | 'fenced')[]> {
    if (commits.some(({ outputs }) => outputs.length > 0)) {
      throw new StreamsError(
        'UNSUPPORTED',
        `group ${this.#group} cannot store outputs in a commit: ${exactlyOnceLack}`,
      );
    }
    const own = new Map(
      commits.flatMap((commit) => {
        const record = this.#inFlight.get(commit.record);
        return record ? [[commit, record] as const] : [];
      }),
    );
    const failed = [...own].filter(([{ acknowledged }]) => !acknowledged);
    for (const [{ attempts = 0 }, record] of failed) record.attempts = attempts;
    const done = [...own].flatMap(([{ acknowledged }, record]) => (acknowledged ? [record] : []));
    for (const record of done) record.handled = true;
    try {
      if (failed.length > 0) await this.#notes.write(failed.map(([, record]) => record));
      const fenced = new Set(await this.#acknowledge('accept', done));
      await this.#notes.forget(done.filter((record) => !fenced.has(record)));
      return commits.map((commit) => {
        const record = own.get(commit);
        return record && !fenced.has(record) ? 'committed' : 'fenced';
      });
    } catch (error) {
      throw translate(error, `a commit of group ${this.#group} failed`);
    }
  }

  async release(deliveries: readonly Delivery[]): Promise<void> {
    try {
      await this.#giveBack(deliveries.flatMap((delivery) => this.#inFlight.get(delivery) ?? []));
    } catch (error) {
      throw translate(error, `messages of group ${this.#group} could not be given back`);
    }
  }

  get closed(): boolean {
    return this.#disposed !== undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    this.#end.abort();
    clearInterval(this.#renewals);
    this.#watch[Symbol.dispose]();
    try {
      await withDeadline(goodbyeWithinMs, 'a goodbye', this.#leave());
    } catch {
      // The broker frees what was acquired once the connections end.
    } finally {
      this.#membership.close();
      this.#polls.close();
    }
  }

  async #leave(): Promise<void> {
    await this.#polls.idle();
    await this.#giveBack(this.#inFlight.all());
    await this.#membership.leave();
  }

  /** What the broker counted as a delivery and was no attempt is noted first: another member has it at once. */
  async #giveBack(records: readonly AcquiredRecord[]): Promise<void> {
    const uncounted = records.filter(countsAsAttempt);
    if (uncounted.length > 0) await this.#notes.write(uncounted);
    await this.#acknowledge('release', records);
    await this.#watch.givenUp(records);
  }

  /** Returns those that are not this member's any more; none of them is in flight afterwards. */
  async #acknowledge(
    type: 'accept' | 'release',
    records: readonly AcquiredRecord[],
  ): Promise<AcquiredRecord[]> {
    const fenced = await Promise.all(
      [...Map.groupBy(records, ({ session }) => session)].map(async ([session, own]) => {
        try {
          return await session.acknowledge(type, own);
        } catch {
          // The session is broken, which its next poll reports. The broker frees what it has not acknowledged.
          return own;
        }
      }),
    );
    const refused = new Set(fenced.flat());
    if (type === 'accept') {
      this.#watch.acknowledged(records.filter((record) => !refused.has(record)));
      this.#polls.givenUp([...refused].filter((record) => this.#inFlight.holds(record)));
    }
    this.#inFlight.remove(records);
    return [...refused];
  }

  async #deliver(max: number): Promise<Delivery[]> {
    const inHand = this.#inFlight.delivered();
    const taken = this.#inFlight.takeReady(max);
    if (taken.length === 0) return [];
    this.#individually = taken.some(isSuspect);
    try {
      await this.#noteAttempts(taken, inHand);
    } catch (error) {
      this.#inFlight.putBack(taken);
      throw error;
    }
    const { deliveryLimit } = this.#watch.settings;
    return taken.map((record) => {
      const last = record.deliveryCount >= deliveryLimit;
      return new KafkaDelivery(record, record.wire, record.attempts + 1, last);
    });
  }

  /**
   * An attempt counts against a record that was attempted before only while nothing else is in hand that may end the process.
   */
  async #noteAttempts(taken: readonly AcquiredRecord[], inHand: readonly AcquiredRecord[]): Promise<void> {
    const joined = inHand.filter((record) => isSuspect(record) && record.begun);
    if (joined.length > 0) await this.#notes.write(joined);
    const begin = taken.filter(
      (record) => record.deliveryCount > 1 && (inHand.length === 0 || !isSuspect(record)),
    );
    if (begin.length > 0) await this.#notes.begin(begin);
  }

  async #renew(): Promise<void> {
    const doing = 'keep what it has in hand';
    for (const session of this.#polls.sessions) {
      const own = this.#inFlight.ofSession(session);
      if (own.length === 0) continue;
      try {
        const fenced = await session.acknowledge('renew', own);
        this.#polls.givenUp(fenced.filter((record) => this.#inFlight.holds(record)));
        this.#inFlight.remove(fenced);
        this.#health.worked(doing);
      } catch (error) {
        if (!this.#end.signal.aborted) this.#health.failed(doing, error);
      }
    }
  }
}

/** It may be what ended the process of a member that had it before. */
function isSuspect({ attempts }: AcquiredRecord): boolean {
  return attempts > 0;
}
