import { setTimeout as delay } from 'node:timers/promises';
import type { MemberHealth } from '@millrace/streams/driver';
import type { Context } from '../context.ts';
import { acquiredRecords } from './acquired-records.ts';
import type { AttemptNotes } from './attempt-notes.ts';
import type { GroupWatch } from './group-watch.ts';
import type { AcquiredRecord, InFlight } from './in-flight.ts';
import type { ShareMembership } from './share-membership.ts';
import { ShareSession } from './share-session.ts';

/** A request that waits keeps the session's others waiting, and so a member that leaves. */
const longPollMs = 250;
/** Between two looks of a member that has records in hand, whose acknowledgements must not wait. */
const shortPollMs = 25;
const pollBytes = 4 * 1024 * 1024;
const firstPauseMs = 20;
const longestPauseMs = 500;

interface Poll {
  readonly session: ShareSession;
  running: Promise<void> | undefined;
  pauseMs: number;
}

/** What a member consists of, as far as polls touch it. */
export interface PollingMember {
  readonly inFlight: InFlight;
  readonly notes: AttemptNotes;
  readonly health: MemberHealth;
  readonly membership: ShareMembership;
  readonly watch: GroupWatch;
  /** Aborts when the member leaves. */
  readonly end: AbortSignal;
}

/** Asks each broker that leads a partition of the member for records, which then are in flight. */
export class SharePolls {
  readonly #context: Context;
  readonly #of: { readonly group: string; readonly member: string };
  readonly #member: PollingMember;
  readonly #polls = new Map<number, Poll>();
  /** Records that polls under way may bring. */
  #reserved = 0;
  /** What comes next may have killed the member that had it: then one that dies with it must not have others in hand. */
  #careful = true;

  constructor(
    context: Context,
    of: { readonly group: string; readonly member: string },
    member: PollingMember,
  ) {
    this.#context = context;
    this.#of = of;
    this.#member = member;
  }

  get sessions(): readonly ShareSession[] {
    return [...this.#polls.values()].map(({ session }) => session);
  }

  /** Asks those brokers that are not being asked, for `max` records at most as far as there is room. */
  start(max: number): void {
    for (const poll of this.#polls.values()) this.#start(poll, max);
  }

  /** Resolves once no broker is being asked. */
  async idle(): Promise<void> {
    await Promise.all([...this.#polls.values()].map(({ running }) => running));
  }

  close(): void {
    for (const session of this.sessions) session.close();
  }

  /** A session for each broker that leads a partition of this member. */
  follow(): void {
    const { byLeader } = this.#member.membership;
    for (const node of byLeader.keys()) if (!this.#polls.has(node)) this.#open(node);
    for (const [node, { session }] of this.#polls) session.partitions = byLeader.get(node) ?? [];
    this.#member.inFlight.notify();
    this.#member.watch.look();
  }

  #open(node: number): void {
    const session: ShareSession = new ShareSession(this.#context, node, this.#of, () => {
      const own = this.#member.inFlight.ofSession(session);
      this.#member.inFlight.remove(own);
      void this.#member.watch.givenUp(own);
    });
    this.#polls.set(node, { session, running: undefined, pauseMs: firstPauseMs });
  }

  #start(poll: Poll, max: number): void {
    const room = this.#member.inFlight.capacity - this.#reserved;
    if (poll.running || room < 1 || poll.session.partitions.length === 0) return;
    const records = Math.min(max, Math.max(1, Math.floor(room / this.#polls.size)));
    this.#reserved += records;
    poll.running = this.#poll(poll, records).finally(() => {
      this.#reserved -= records;
      poll.running = undefined;
      this.#member.inFlight.notify();
    });
  }

  async #poll(poll: Poll, most: number): Promise<void> {
    const { session } = poll;
    const doing = `fetch from broker ${session.node}`;
    const holds = this.#member.inFlight.ofSession(session).length > 0;
    try {
      const maxWaitMs = holds ? 0 : longPollMs;
      const first = await this.#acquire(session, this.#careful ? 1 : most, maxWaitMs);
      // What is behind a record that nobody has attempted is new as well, as a rule.
      const looked = first.length === 1 && this.#careful && first[0]?.attempts === 0 && most > 1;
      const records = looked ? [...first, ...(await this.#acquire(session, most - 1, 0))] : first;
      await this.#keep(records);
      this.#member.health.worked(doing);
      poll.pauseMs = firstPauseMs;
      if (records.length === 0 && holds) await this.#member.inFlight.change(this.#member.end, shortPollMs);
    } catch (error) {
      if (this.#member.end.aborted) return;
      this.#member.health.failed(doing, error);
      await delay(poll.pauseMs, undefined, { signal: this.#member.end }).catch(() => undefined);
      poll.pauseMs = Math.min(longestPauseMs, poll.pauseMs * 2);
      await this.#member.membership.look();
    }
  }

  async #acquire(session: ShareSession, maxRecords: number, maxWaitMs: number): Promise<AcquiredRecord[]> {
    const answer = await session.fetch({ maxRecords, maxWaitMs, maxBytes: pollBytes });
    const { records, gaps, failed } = await acquiredRecords(session, answer, (topicId) =>
      this.#member.membership.topicOf(topicId),
    );
    if (gaps.length > 0) {
      await session.acknowledge('gap', gaps);
      this.#member.watch.acknowledged(gaps.flatMap((gap) => this.#member.membership.named(gap)));
    }
    if (failed.length > 0) {
      for (const { topic, errorCode } of failed) this.#context.connections.forgetIfStale(topic, errorCode);
      await delay(firstPauseMs);
      await this.#member.membership.look();
    }
    if (records.some(({ deliveryCount }) => deliveryCount > 1)) {
      await this.#member.notes.refresh();
      for (const record of records) record.attempts = this.#member.notes.attemptsBefore(record);
    }
    return records;
  }

  async #keep(records: readonly AcquiredRecord[]): Promise<void> {
    if (records.length === 0) return;
    const suspects = records.filter(({ attempts }) => attempts > 0);
    this.#careful = suspects.length > 0;
    // Those that wait while the first is attempted are not at fault if that one kills this member.
    const waiting = suspects.slice(1);
    if (waiting.length > 0) await this.#member.notes.write(waiting);
    for (const record of waiting) record.storedAsUntried = true;
    this.#member.inFlight.add(records);
  }
}
