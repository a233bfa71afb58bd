import { setTimeout as delay } from 'node:timers/promises';
import { retry } from '@millrace/streams';
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
/** So long a member that lives may need to say that an attempt, whose connection ended, did not end with the process. */
const takingBackMs = 500;
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
  /** What became of what was in hand when connections ended. */
  #givingUp: Promise<unknown> = Promise.resolve();

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

  /** They are not this member's any more, which lives: what of them was attempted did not end with the process. */
  givenUp(records: readonly AcquiredRecord[]): void {
    if (records.length === 0) return;
    void this.#member.watch.givenUp(records);
    const write = () => this.#member.notes.writeBelated(records);
    const noted = this.#untilDone('note what was attempted', write).catch(() => undefined);
    this.#givingUp = this.#givingUp.then(() => noted);
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
      this.givenUp(own);
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
      this.#careful = records.length > 0 ? records.some(({ attempts }) => attempts > 0) : this.#careful;
      if (records.length > 0) this.#member.inFlight.add(records);
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
    if (records.some(({ deliveryCount }) => deliveryCount > 1))
      await this.#untilDone('learn what was attempted', () => this.#countAttempts(records));
    return records;
  }

  async #countAttempts(records: readonly AcquiredRecord[]): Promise<void> {
    const { notes, end } = this.#member;
    await this.#givingUp;
    await notes.refresh();
    const count = (): void => {
      for (const record of records) record.attempts = notes.attemptsBefore(record);
    };
    count();
    // One attempt too many is what a message is dead-lettered for.
    if (!records.some((record) => record.attempts > 1 && notes.mayBeTakenBack(record))) return;
    await delay(takingBackMs, undefined, { signal: end }).catch(() => undefined);
    await notes.refresh();
    count();
  }

  /** What is acquired must not be forgotten for a failure in between. Throws when the member leaves. */
  async #untilDone(doing: string, work: () => Promise<void>): Promise<void> {
    const { end, health } = this.#member;
    await retry(work, {
      signal: end,
      initialMs: firstPauseMs,
      maxMs: longestPauseMs,
      isRetryable: () => true,
      onFailure: (error) => health.failed(doing, error),
    });
    health.worked(doing);
  }
}
