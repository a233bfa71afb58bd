import { anySignal, type Delivery, type Position, StreamsError } from '@millrace/streams';
import {
  type Commit,
  type JoinOptions,
  type Lease,
  LeaseReader,
  LeaseStates,
} from '@millrace/streams/driver';
import type { Connections } from '../client/connections.ts';
import { translate } from '../client/errors.ts';
import { withDeadline } from '../client/retry.ts';
import type { Context } from '../context.ts';
import type { FetchSource } from '../fetch/fetch-source.ts';
import type { LostOffsets } from '../fetch/partition-fetcher.ts';
import { offsetNumber } from '../offsets.ts';
import type { CommitMember } from '../wire/offsets.ts';
import { beginCursors } from './begin-cursors.ts';
import { Changelog } from './changelog.ts';
import { changelogTopic, keepsState } from './changelog-topic.ts';
import { CursorFiller } from './cursor-filler.ts';
import type { InitialOffset } from './initial-offsets.ts';
import { LeaseCommits } from './lease-commits.ts';
import type { TopicCursor } from './topic-cursor.ts';

export interface LeaseOptions {
  readonly group: string;
  /** The member's own name, which stays when the coordinator gives it another id. */
  readonly name: string;
  readonly partition: number;
  /** How many the group has. */
  readonly partitions: number;
  readonly epoch: number;
  readonly options: JoinOptions;
  /** The topics that have this partition. */
  readonly topics: readonly string[];
  /** Where the group begins in places of which it knows nothing, by place name. */
  readonly starts: ReadonlyMap<string, InitialOffset>;
  /** What the member had in hand longest when it last lost the partition, and the time before, by topic. */
  readonly heldUp: ReadonlyMap<string, number>;
  /** Of the member, for all its leases. */
  readonly fetches: FetchSource;
  readonly commits: Connections;
  /** The member as the coordinator knows it now. */
  readonly member: () => CommitMember;
  /** Has the member join the group again, which begins another generation. */
  readonly joinAgain: () => void;
  readonly onGone: (lease: KafkaLease) => void;
}

const passedAfterMs = 50;
const releaseWithinMs = 3_000;

/** A lease: given by the group's protocol, and in exactly-once groups fenced by its transactional producer. */
export class KafkaLease implements Lease {
  readonly group: string;
  readonly partition: number;
  readonly epoch: number;
  readonly revoked: AbortSignal;
  readonly lost: AbortSignal;
  readonly #context: Context;
  readonly #place: LeaseOptions;
  readonly #states: LeaseStates;
  readonly #commits: LeaseCommits;
  #cursors: TopicCursor[] = [];
  #fillers: CursorFiller[] = [];
  #filling = false;
  #reader: LeaseReader<TopicCursor> | undefined;
  #changelog: Changelog | undefined;
  #passing: NodeJS.Timeout | undefined;

  constructor(context: Context, place: LeaseOptions) {
    this.#context = context;
    this.#place = place;
    this.group = place.group;
    this.partition = place.partition;
    this.epoch = place.epoch;
    this.#states = new LeaseStates(this, () => {
      clearTimeout(this.#passing);
      for (const filler of this.#fillers) filler.close();
      this.#commits.close();
      this.#changelog?.close();
      this.#place.onGone(this);
    });
    this.revoked = this.#states.revoked;
    this.lost = this.#states.lost;
    this.#commits = new LeaseCommits(context, { ...place, lost: this.lost });
  }

  /** Ends what former owners had under way and learns how far they came. */
  async begin(): Promise<void> {
    const { options } = this.#place;
    await this.#commits.open();
    if (keepsState(options)) {
      this.#changelog?.close();
      this.#changelog = await Changelog.restore(this.#context, this.#place, options.dedupeWindow, this.lost);
      this.#commits.changelog = this.#changelog;
    }
    const begun = await beginCursors(this.#context, this.#place, this.#changelog?.positions);
    this.#cursors = begun.map(({ cursor }) => cursor);
    if (this.#changelog?.isEmpty && this.#cursors.some((cursor) => cursor.hasProgressed))
      this.#reportLostState();
    await this.#commits.begin(this.#cursors);
    for (const { cursor, lost } of begun) if (lost) this.#reportLost(cursor, lost);
    const { maxInFlight: window } = options;
    this.#reader = new LeaseReader(this.#cursors, {
      maxInFlight: window,
      end: anySignal([this.revoked, this.lost]),
      takeIndividually: (cursor) => this.#takeIndividually(cursor),
      onTaken: (records) => {
        if (records > 0) this.#wakeFillers();
      },
    });
    this.#fillers = this.#cursors.map(
      (cursor) =>
        new CursorFiller({ cluster: this.#context.cluster, source: this.#place.fetches }, cursor, {
          window,
          onFilled: () => this.#filled(),
          onLost: (lost) => this.#reportLost(cursor, lost),
          // The next owner, this member or another, begins again with the topic that is there now.
          onRecreated: () => this.#recreated(cursor),
          onError: (error) => this.#reader?.fail(error),
        }),
    );
  }

  async fetch(max: number, { signal }: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    if (!this.#reader || this.revoked.aborted || this.lost.aborted) return [];
    if (!this.#filling) for (const filler of this.#fillers) filler.start();
    this.#filling = true;
    try {
      return await this.#reader.fetch(max, signal);
    } catch (error) {
      throw this.#failed(error, 'a fetch failed');
    }
  }

  async seek(positions: readonly Position[]): Promise<void> {
    for (const { topic, partition } of positions) {
      if (partition === this.partition && this.#cursors.some(({ place }) => place.topic === topic)) continue;
      throw new StreamsError('INVALID_ARGUMENT', `${this.#states.name} does not cover ${topic}:${partition}`);
    }
    for (const cursor of this.#cursors) {
      const position = cursor.recreated
        ? undefined
        : positions.find(({ topic }) => topic === cursor.place.topic);
      const at = position && offsetNumber(position);
      cursor.seek(at === undefined ? cursor.from : at + 1, at);
    }
    for (const filler of this.#fillers) filler.restart();
    try {
      await this.#commits.move(this.#cursors);
    } catch (error) {
      throw this.#failed(error, 'a seek failed');
    }
  }

  async load(store: string, keys: readonly string[]): Promise<(string | undefined)[]> {
    return this.#changelog?.load(store, keys) ?? keys.map(() => undefined);
  }

  async knownDedupeIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#changelog?.known(ids) ?? new Set();
  }

  async commit(step: Commit): Promise<void> {
    this.#states.assertHeld();
    try {
      await this.#commits.store(step);
    } catch (error) {
      throw this.#failed(error, 'a commit failed');
    }
    this.#wakeFillers();
    this.#reader?.notify();
  }

  /** By topic, what was in hand longest when the lease was lost; nothing when it was given back. */
  leftInHand(): ReadonlyMap<string, number> {
    if (this.#states.state !== 'lost') return new Map();
    return new Map(
      this.#cursors.flatMap(({ place: { topic }, oldestInHand }) =>
        oldestInHand === undefined ? [] : [[topic, oldestInHand] as const],
      ),
    );
  }

  revoke(): void {
    this.#states.revoke();
  }

  lose(): void {
    this.#states.lose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#states.release(async () => {
      for (const filler of this.#fillers) filler.close();
      try {
        await withDeadline(releaseWithinMs, 'giving a lease back', this.#commits.release());
      } catch {
        // The next owner redelivers one record at a time then, as after a crash.
      }
    });
  }

  async #takeIndividually(cursor: TopicCursor): Promise<Delivery | undefined> {
    const next = cursor.peek();
    if (next === undefined) return undefined;
    if (!next.begun) await this.#commits.recordAttempt(cursor, next);
    const [delivery] = cursor.take(1);
    return delivery?.asAttempt(next.attempt);
  }

  #wakeFillers(): void {
    for (const filler of this.#fillers) filler.wake();
  }

  /** Where only markers of transactions followed, the group is told so: it has no lag. */
  #filled(): void {
    this.#reader?.notify();
    if (this.#passing !== undefined || !this.#cursors.some((cursor) => cursor.passed)) return;
    this.#passing = setTimeout(() => {
      this.#passing = undefined;
      this.#commits.note(this.#cursors.filter((cursor) => cursor.passed)).catch(() => undefined);
    }, passedAfterMs);
  }

  #recreated({ place, fetched }: TopicCursor): void {
    if (this.lost.aborted) return;
    this.#notifyRecreated(place.topic, { from: 0, through: fetched - 1 });
    this.lose();
  }

  #notifyRecreated(topic: string, { from, through }: Omit<LostOffsets, 'how'>): void {
    this.#context.notify({
      kind: 'records-lost',
      message: `the group ${this.group} finds another topic ${topic}: it was deleted and created again; partition ${this.partition} begins again at the group's start`,
      details: { group: this.group, topic, partition: this.partition, from, through },
    });
  }

  /** A lease stores where it stands in its changelog as it begins: that of a group that has come further is never empty. */
  #reportLostState(): void {
    this.#context.notify({
      kind: 'records-lost',
      message: `the group ${this.group} has acknowledged records of partition ${this.partition}, but its state is gone: ${changelogTopic(this.group)} holds nothing of it, as after it was deleted; it goes on with empty state. To count again from the beginning, stop the group and seek it there`,
      details: { group: this.group, partition: this.partition },
    });
  }

  #reportLost({ place: { topic }, recreated }: TopicCursor, lost: LostOffsets): void {
    if (recreated) {
      this.#notifyRecreated(topic, lost);
      return;
    }
    const { from, through, how } = lost;
    const what = `offsets of ${topic}:${this.partition}, ${from} to ${through}`;
    const reasons = {
      trimmed: `lost ${through - from + 1} ${what}: they were trimmed away before it acknowledged them`,
      'cut-off': `had acknowledged ${what}, which the log does not hold any more`,
    };
    this.#context.notify({
      kind: 'records-lost',
      message: `the group ${this.group} ${reasons[how]}`,
      details: { group: this.group, topic, partition: this.partition, from, through },
    });
  }

  #failed(error: unknown, doing: string): StreamsError {
    if (this.lost.aborted) return this.#states.fenced();
    const translated = translate(error, `${this.#states.name}: ${doing}`);
    if (translated.code === 'FENCED') this.lose();
    return translated;
  }
}
