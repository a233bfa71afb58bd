import { StreamsError } from '@millrace/streams';
import { byTopic, type Commit, CommitSequence, type JoinOptions } from '@millrace/streams/driver';
import { maxRecordBytes } from '../capabilities.ts';
import type { Connections } from '../client/connections.ts';
import { isTransient, translate } from '../client/errors.ts';
import { mayActLate } from '../client/kafka-error.ts';
import { patienceMs, patiently } from '../client/patience.ts';
import type { Context } from '../context.ts';
import { assertSize } from '../producer/partition-batches.ts';
import { TransactionalProducer } from '../producer/transactional-producer.ts';
import type { CommitMember, OffsetToCommit } from '../wire/offsets.ts';
import type { Changelog } from './changelog.ts';
import { commitOffsets, isRebalancing } from './committed-offsets.ts';
import type { Beginning, TopicFeed } from './topic-feed.ts';

/** A take-over ends what a dead owner left open long before this. */
const transactionTimeoutMs = 60_000;

export interface CommitPlace {
  readonly group: string;
  readonly name: string;
  readonly partition: number;
  readonly options: JoinOptions;
  /** Of the member, for all its leases. */
  readonly commits: Connections;
  readonly member: () => CommitMember;
  /** Has the member join the group again, which begins another generation. */
  readonly joinAgain: () => void;
  readonly lost: AbortSignal;
}

/** What a step settles in one topic. */
interface Settlement {
  readonly feed: TopicFeed;
  readonly count: number;
  readonly commit: OffsetToCommit;
  /** The record that is tried next and alone: its try is stored by the same commit. */
  readonly next?: Beginning;
}

/** The writes of a lease, one after another. */
export class LeaseCommits {
  changelog: Changelog | undefined;
  readonly #place: CommitPlace;
  readonly #connections: Connections;
  readonly #producer: TransactionalProducer | undefined;
  readonly #sequence = new CommitSequence<Commit>();
  #feeds: readonly TopicFeed[] = [];
  /** A step of which nobody knows yet whether it landed. */
  #unfinished: { readonly step: Commit; readonly settlements: readonly Settlement[] } | undefined;
  /** Nobody can tell how the last step ended: nothing more is committed. */
  #ended: StreamsError | undefined;
  /** The generation of a commit that went unanswered and may reach the coordinator at any later time. */
  #unanswered: number | undefined;
  /** The record handed out alone whose try was counted beforehand. */
  #tried: { readonly feed: TopicFeed; readonly next: Beginning } | undefined;

  constructor(context: Context, place: CommitPlace) {
    this.#place = place;
    this.#connections = place.commits.share();
    if (place.options.commitKind === 'atomic') {
      this.#producer = new TransactionalProducer(context.cluster, this.#connections, {
        transactionalId: `${place.group}-${place.partition}`,
        timeoutMs: transactionTimeoutMs,
        compression: context.compression,
        signal: place.lost,
      });
    }
  }

  /** Fences former owners. */
  async open(): Promise<void> {
    await this.#producer?.open();
  }

  /** From now on what is handed out may have been tried: whoever comes after a crash knows by this. */
  async begin(feeds: readonly TopicFeed[]): Promise<void> {
    this.#feeds = feeds;
    await this.note(feeds);
  }

  /** Tells the group where these stand, without a record settled. */
  note(feeds: readonly TopicFeed[]): Promise<void> {
    return this.#sequence.run(async () => {
      await this.#finish();
      const offsets = feeds.map((feed) => feed.after([], this.#place.name));
      await this.#commitPlainly(offsets);
      for (const [index, feed] of feeds.entries()) feed.settle(0, offsets[index]?.offset ?? 0);
    });
  }

  /** Stores that a try begins before the record is handed out, so that a crash in it counts. */
  beginTry(feed: TopicFeed, next: Beginning): Promise<void> {
    return this.#sequence.run(async () => {
      await this.#finish();
      await this.#commitPlainly([feed.after([], this.#place.name, next)]);
      this.#begin(feed, next);
    });
  }

  store(step: Commit): Promise<void> {
    return this.#sequence.run(async () => {
      await this.#finish();
      if (this.#sequence.isStored(step)) return;
      const settlements = this.#settlements(step);
      await this.#write(step, settlements);
      this.#settle(step, settlements);
    });
  }

  /** The end of a lease that is given back: what is in hand counts as not tried. */
  release(): Promise<void> {
    return this.#sequence.run(async () => {
      await this.#finish();
      const tried = this.#tried;
      if (tried) tried.feed.tried(tried.next.offset, tried.next.attempt - 1);
      await this.#commitPlainly(this.#feeds.map((feed) => feed.after([], undefined)));
    });
  }

  close(): void {
    this.#connections.close();
  }

  /** Learns whether the last step landed, when its end was never answered. */
  async #finish(): Promise<void> {
    if (this.#ended) throw this.#ended;
    const unfinished = this.#unfinished;
    if (!unfinished) return;
    try {
      await this.#producer?.finish();
    } catch (error) {
      if (isTransient(error)) throw error;
      this.#ended = new StreamsError(
        'FENCED',
        `nobody can tell whether the last step landed: ${translate(error, '').message}`,
      );
      throw this.#ended;
    }
    this.#settle(unfinished.step, unfinished.settlements);
  }

  async #write(step: Commit, settlements: readonly Settlement[]): Promise<void> {
    for (const record of step.outputs) assertSize(record, maxRecordBytes);
    const offsets = settlements.map(({ commit }) => commit);
    const records = [...step.outputs, ...(this.changelog?.records(step) ?? [])];
    if (records.length === 0) return await this.#commitPlainly(offsets);
    if (!this.#producer) {
      throw new StreamsError(
        'INVALID_ARGUMENT',
        'a step with outputs or state needs a group of atomic steps',
      );
    }
    await this.#refuseLateCommits();
    try {
      await this.#producer.commit({ records, group: this.#place.group, offsets });
    } catch (error) {
      if (this.#producer.uncertain) this.#unfinished = { step, settlements };
      throw error;
    }
  }

  async #commitPlainly(offsets: readonly OffsetToCommit[]): Promise<void> {
    const { group, member, lost } = this.#place;
    await this.#producer?.renew();
    await this.#refuseLateCommits();
    await patiently({ ms: patienceMs, signal: lost, also: isRebalancing }, async () => {
      const by = member();
      try {
        await commitOffsets(this.#connections, group, offsets, by);
      } catch (error) {
        if (mayActLate(error)) this.#unanswered = by.generation;
        throw error;
      }
    });
  }

  /** The coordinator takes commits of the generation that it is in: in the next one a late commit moves nothing back. */
  async #refuseLateCommits(): Promise<void> {
    const { group, member, lost, joinAgain } = this.#place;
    const generation = this.#unanswered;
    if (generation === undefined) return;
    if (member().generation === generation) joinAgain();
    await patiently({ ms: patienceMs, signal: lost, longestPauseMs: 20 }, async () => {
      if (member().generation === generation)
        throw new StreamsError('UNAVAILABLE', `the group ${group} has not been joined again yet`);
    });
    this.#unanswered = undefined;
  }

  #settlements({ acknowledged: settled, failed }: Commit): Settlement[] {
    const topics = byTopic(settled);
    if (failed) {
      const feed = this.#feed(failed.record.topic);
      const offset = Number(failed.record.offset);
      feed.tried(offset, failed.attempts);
      if (this.#tried?.feed === feed && this.#tried.next.offset === offset) this.#tried = undefined;
      if (!topics.has(failed.record.topic)) topics.set(failed.record.topic, []);
    }
    return [...topics].map(([topic, own]) => {
      const feed = this.#feed(topic);
      const next = this.#othersCareful(feed) ? undefined : feed.nextAlone(own.length);
      const commit = feed.after(own, this.#place.name, next);
      return { feed, count: own.length, commit, ...(next ? { next } : {}) };
    });
  }

  #settle(step: Commit, settlements: readonly Settlement[]): void {
    this.#unfinished = undefined;
    this.#sequence.markStored(step);
    for (const { feed, count, commit, next } of settlements) {
      feed.settle(count, commit.offset);
      if (this.#tried?.feed.settledBefore(this.#tried.next.offset + 1)) this.#tried = undefined;
      if (next) this.#begin(feed, next);
    }
    this.changelog?.remember(step);
  }

  #begin(feed: TopicFeed, next: Beginning): void {
    feed.begin(next);
    this.#tried = { feed, next };
  }

  #othersCareful(feed: TopicFeed): boolean {
    return this.#feeds.some((other) => other !== feed && other.redeliverIndividually);
  }

  #feed(topic: string): TopicFeed {
    const feed = this.#feeds.find(({ place }) => place.topic === topic);
    if (feed) return feed;
    throw new StreamsError('INVALID_ARGUMENT', `group ${this.#place.group} does not read topic ${topic}`);
  }
}
