import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { StreamsError } from '@millrace/streams';
import { type JoinOptions, type Lease, MemberHealth, type Membership, Queue } from '@millrace/streams/driver';
import { refuseOtherGroup } from '../admin/other-groups.ts';
import type { Connections } from '../client/connections.ts';
import { isTransient, translate } from '../client/errors.ts';
import { isKafkaError } from '../client/kafka-error.ts';
import { withDeadline } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { SharedFetches } from '../fetch/shared-fetches.ts';
import { ensureChangelog, hasChanges, keepsState } from './changelog-topic.ts';
import { isRebalancing } from './committed-offsets.ts';
import { Coordination, isExpelled } from './coordination.ts';
import { HeldLeases } from './held-leases.ts';
import { commitInitialOffsets, type InitialOffset } from './initial-offsets.ts';
import { joinError } from './join-error.ts';
import { grownCounts, highestCount, partitionCounts } from './partition-counts.ts';
import { SessionTimeout } from './session-timeout.ts';

const shortestBeatMs = 40;
const longestBeatMs = 200;
/** `group.min.session.timeout.ms` of a broker unless it is set. */
const usualMinimumMs = 6_000;
const firstPauseMs = 5;
const longestPauseMs = 250;
const goodbyeWithinMs = 3_000;
const lookEveryMs = 5_000;
/** What fails in a member that the coordinator refuses. */
const membership = 'show that it lives';

/** A member of a group by Kafka's own protocol: joins, shows that it lives, takes and gives back leases. */
export class KafkaMembership implements Membership {
  readonly member: string = `member-${randomUUID()}`;
  readonly #group: string;
  readonly #options: JoinOptions;
  #topics: Readonly<Record<string, number>>;
  #starts: ReadonlyMap<string, InitialOffset>;
  #lookedAt = performance.now();
  #looking = false;
  /** Joining waits for other members, so commits and goodbyes go another way. */
  readonly #joining: Connections;
  readonly #committing: Connections;
  /** Waiting for records keeps nobody else waiting. */
  readonly #waiting: Connections;
  readonly #coordination: Coordination;
  readonly #context: Context;
  readonly #gained = new Queue<Lease>();
  readonly #holdings: HeldLeases;
  readonly #joined = Promise.withResolvers<void>();
  #hasJoined = false;
  readonly #health: MemberHealth;
  readonly #clock = new SessionTimeout(() => this.#holdings.loseAll());
  #wake: (() => void) | undefined;
  #rejoin = true;
  #leaving = false;
  #ended = false;
  #disposed: Promise<void> | undefined;

  private constructor(
    context: Context,
    group: string,
    options: JoinOptions,
    topics: Readonly<Record<string, number>>,
    starts: ReadonlyMap<string, InitialOffset>,
  ) {
    this.#context = context;
    this.#group = group;
    this.#options = options;
    this.#topics = topics;
    this.#starts = starts;
    this.#joining = context.cluster.connections();
    this.#committing = context.cluster.connections();
    this.#waiting = context.cluster.connections();
    this.#coordination = new Coordination(this.#joining, group, options.leaseMs);
    this.#health = new MemberHealth({ group, member: this.member, translate, notify: context.notify });
    this.#holdings = new HeldLeases(context, {
      group,
      name: this.member,
      health: this.#health,
      options,
      topics,
      starts,
      fetches: new SharedFetches({ waiting: this.#waiting, direct: context.connections }),
      commits: this.#committing,
      member: () => this.#coordination.member,
      onGained: (lease) => this.#gained.push(lease),
      joinAgain: () => this.#joinAgain(),
    });
  }

  /** UNKNOWN_TOPIC when a topic does not exist. */
  static async prepare(context: Context, group: string, options: JoinOptions): Promise<KafkaMembership> {
    await refuseOtherGroup(context, group);
    const topics = await partitionCounts(context, options.topics);
    if (keepsState(options)) await ensureChangelog(context, changelogOf(group, topics));
    const starts = await commitInitialOffsets(
      context,
      group,
      topics,
      options.start,
      async () => keepsState(options) && (await hasChanges(context, group, highestCount(topics))),
    );
    return new KafkaMembership(context, group, options, topics, starts);
  }

  /** Resolves once it is a member. CLOSED when it is disposed of before. */
  async join(): Promise<void> {
    void this.#run();
    try {
      await this.#joined.promise;
    } catch (error) {
      this.#close();
      this.#committing.close();
      throw error;
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<Lease> {
    return this.#gained[Symbol.asyncIterator]();
  }

  async leave(): Promise<void> {
    if (this.#leaving || this.#ended) return;
    this.#leaving = true;
    this.#health.leave();
    this.#gained.close();
    this.#joinAgain();
  }

  get closed(): boolean {
    return this.#ended || this.#disposed !== undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    this.#health.leave();
    this.#gained.close();
    await this.#holdings.release();
    this.#close();
    try {
      await withDeadline(goodbyeWithinMs, 'a goodbye', this.#coordination.leave(this.#committing));
    } catch {
      // Its session runs out by itself.
    } finally {
      this.#committing.close();
    }
  }

  #close(): void {
    this.#ended = true;
    this.#joined.reject(new StreamsError('CLOSED', `the group ${this.#group} was left before it was joined`));
    this.#clock.stop();
    this.#joining.close();
    this.#waiting.close();
    this.#holdings.loseAll();
    this.#wake?.();
  }

  #joinAgain(): void {
    this.#rejoin = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    for (let pause = firstPauseMs; !this.#ended; ) {
      try {
        if (this.#rejoin) await this.#join();
        else await this.#beat();
        pause = firstPauseMs;
      } catch (error) {
        if (this.#ended) return;
        if (isExpelled(error)) this.#expelled();
        else if (isRebalancing(error) || this.#lengthenSession(error)) this.#rejoin = true;
        else if (!isTransient(error)) this.#refused(error);
        if (isRebalancing(error)) continue;
        await delay(pause);
        pause = Math.min(longestPauseMs, pause * 2);
      }
    }
  }

  async #join(): Promise<void> {
    this.#rejoin = false;
    // Whoever waits to join is not timed out by the coordinator.
    this.#clock.stop();
    try {
      const assignment = await this.#coordination.join({
        name: this.member,
        topics: this.#topics,
        owned: this.#holdings.owned,
        leaving: this.#leaving,
      });
      this.#alive(performance.now());
      this.#health.worked(membership);
      if (this.#holdings.follow(assignment)) this.#rejoin = true;
      this.#hasJoined = true;
      this.#joined.resolve();
    } catch (error) {
      this.#rejoin = true;
      this.#alive(performance.now());
      throw error;
    }
  }

  async #beat(): Promise<void> {
    await this.#rest();
    if (this.#ended || this.#rejoin) return;
    const asked = performance.now();
    await this.#coordination.heartbeat();
    this.#alive(asked);
    this.#health.worked(membership);
    if (asked - this.#lookedAt > lookEveryMs && !this.#looking) void this.#lookAtTopics();
  }

  /** Topics may have got more partitions, which the group shares out too. */
  async #lookAtTopics(): Promise<void> {
    this.#looking = true;
    try {
      const topics = await grownCounts(this.#context, this.#topics);
      if (topics) await this.#grow(topics);
    } catch {
      // What cannot be learned now is learned the next time.
    } finally {
      this.#looking = false;
      this.#lookedAt = performance.now();
    }
  }

  async #grow(topics: Readonly<Record<string, number>>): Promise<void> {
    if (keepsState(this.#options)) await ensureChangelog(this.#context, changelogOf(this.#group, topics));
    const added = await commitInitialOffsets(
      this.#context,
      this.#group,
      topics,
      'earliest',
      async () => false,
    );
    const grown = Object.keys(topics).filter((topic) => topics[topic] !== this.#topics[topic]);
    this.#topics = topics;
    this.#starts = new Map([...added, ...this.#starts]);
    this.#holdings.grow(topics, this.#starts);
    this.#context.notify({
      kind: 'retrying',
      message: `topics of group ${this.#group} have got more partitions, which its members share out: ${grown.map((topic) => `${topic} has ${topics[topic]}`).join(', ')}`,
      details: { group: this.#group, topics: grown.join() },
    });
    this.#joinAgain();
  }

  #alive(askedAt: number): void {
    this.#clock.answered(askedAt, this.#coordination.sessionMs);
  }

  #expelled(): void {
    this.#coordination.resetMember();
    this.#holdings.loseAll();
    this.#rejoin = true;
  }

  /** A broker that nobody told otherwise allows no shorter sessions: better a later take-over than no group. */
  #lengthenSession(error: unknown): boolean {
    const asked = this.#coordination.sessionMs;
    if (asked >= usualMinimumMs || !isKafkaError(error, 'INVALID_SESSION_TIMEOUT')) return false;
    this.#coordination.sessionMs = usualMinimumMs;
    this.#context.notify({
      kind: 'retrying',
      message: `the broker allows the group ${this.#group} no session of ${asked} ms: a member that dies is replaced after ${usualMinimumMs} ms (group.min.session.timeout.ms sets the broker's limit)`,
      details: { group: this.#group, leaseMs: asked, sessionMs: usualMinimumMs },
    });
    return true;
  }

  /** Nothing that waiting mends: whoever joins is told, and a member goes on trying, for a right may be given back. */
  #refused(error: unknown): void {
    const failure = translate(error, joinError(error, this.#group));
    if (this.#hasJoined) this.#health.failed(membership, failure);
    else this.#joined.reject(failure);
  }

  #rest(): Promise<void> {
    const beatMs = Math.min(longestBeatMs, Math.max(shortestBeatMs, this.#coordination.sessionMs / 10));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, beatMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function changelogOf(
  group: string,
  topics: Readonly<Record<string, number>>,
): Parameters<typeof ensureChangelog>[1] {
  return { group, partitions: highestCount(topics), topics: Object.keys(topics) };
}
