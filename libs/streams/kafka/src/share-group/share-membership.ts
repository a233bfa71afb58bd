import { StreamsError } from '@millrace/streams';
import type { MemberHealth } from '@millrace/streams/driver';
import { isTransient, translate } from '../client/errors.ts';
import { isKafkaError } from '../client/kafka-error.ts';
import type { Context } from '../context.ts';
import type { TopicPartition } from '../offsets.ts';
import {
  joining,
  leaving,
  type ShareHeartbeat,
  type ShareMember,
  type SharePartition,
  shareGroupHeartbeatRequest,
} from '../wire/share-groups.ts';

const firstPauseMs = 5;
const longestPauseMs = 500;
/** So often a member without partitions asks for some: the broker assigns them a moment after it joined. */
const unassignedMs = 20;
const unassignedForMs = 5_000;
const work = 'show that it lives';

export interface ShareMembershipOptions {
  readonly health: MemberHealth;
  /** The partitions or their leaders are others than before. */
  readonly onAssigned: () => void;
}

/** A share group's member as its coordinator sees it: joins, shows that it lives, is told its partitions. */
export class ShareMembership {
  readonly #context: Context;
  readonly #of: ShareMember;
  readonly #topics: readonly string[];
  readonly #options: ShareMembershipOptions;
  readonly #joined = Promise.withResolvers<void>();
  readonly #joinedAt = performance.now();
  #names: ReadonlyMap<string, string> = new Map();
  #assigned: readonly SharePartition[] = [];
  #byLeader: ReadonlyMap<number, readonly SharePartition[]> = new Map();
  #epoch = joining;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(context: Context, of: ShareMember, topics: readonly string[], options: ShareMembershipOptions) {
    this.#context = context;
    this.#of = of;
    this.#topics = topics;
    this.#options = options;
  }

  /** Resolves once it is a member. */
  async join(): Promise<void> {
    void this.#run();
    await this.#joined.promise;
  }

  get byLeader(): ReadonlyMap<number, readonly SharePartition[]> {
    return this.#byLeader;
  }

  topicOf(topicId: string): string | undefined {
    return this.#names.get(topicId);
  }

  /** Its partitions, as far as their topics are known. */
  get places(): readonly TopicPartition[] {
    return [...this.#byLeader.values()].flat().flatMap((place) => this.named(place));
  }

  /** With the name of its topic; empty while that is not known. */
  named<Place extends SharePartition>(place: Place): (Place & TopicPartition)[] {
    const topic = this.topicOf(place.topicId);
    return topic === undefined ? [] : [{ ...place, topic }];
  }

  /** Leaders may have moved. Never rejects: what cannot be learned now is learned later. */
  async look(): Promise<void> {
    const { connections } = this.#context;
    try {
      const topics = await Promise.all(this.#topics.map((topic) => connections.topic(topic)));
      this.#names = new Map(topics.map(({ id, name }) => [id, name]));
      const byLeader = new Map<number, SharePartition[]>();
      for (const place of this.#assigned) {
        const topic = this.#names.get(place.topicId);
        if (topic === undefined) {
          // Of a topic that was created again: the broker knew it first.
          for (const name of this.#topics) connections.forget(name);
          continue;
        }
        const leader = await connections.leader(topic, place.partition);
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), place]);
      }
      this.#byLeader = byLeader;
      this.#options.onAssigned();
    } catch {
      // The next heartbeat looks again.
    }
  }

  async leave(): Promise<void> {
    const epoch = this.#epoch;
    this.close();
    if (epoch > joining) await this.#send(leaving, null);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#joined.promise.catch(() => undefined);
    this.#joined.reject(
      new StreamsError('CLOSED', `the group ${this.#of.group} was left before it was joined`),
    );
    this.#wake?.();
  }

  async #run(): Promise<void> {
    for (let pauseMs = firstPauseMs; !this.#closed; ) {
      try {
        const intervalMs = await this.#beat();
        pauseMs = firstPauseMs;
        const waits =
          this.#assigned.length === 0 && performance.now() - this.#joinedAt < unassignedForMs
            ? unassignedMs
            : intervalMs;
        await this.#rest(waits);
      } catch (error) {
        if (this.#closed) return;
        if (isKafkaError(error, 'UNKNOWN_MEMBER_ID', 'FENCED_MEMBER_EPOCH')) this.#epoch = joining;
        else if (isTransient(error)) this.#options.health.failed(work, error);
        else this.#refused(error);
        await this.#rest(pauseMs);
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      }
    }
  }

  /** Resolves with the milliseconds until the next one is due. */
  async #beat(): Promise<number> {
    const answer = await this.#send(this.#epoch, this.#epoch === joining ? this.#topics : null);
    if (this.#closed) return 0;
    this.#epoch = answer.epoch;
    if (answer.assignment) this.#assigned = answer.assignment;
    await this.look();
    this.#options.health.worked(work);
    this.#joined.resolve();
    return answer.intervalMs;
  }

  #send(epoch: number, topics: readonly string[] | null): Promise<ShareHeartbeat> {
    const request = shareGroupHeartbeatRequest(this.#of, epoch, topics);
    return this.#context.connections.atCoordinator(
      'group',
      this.#of.group,
      request,
      ({ errorCode }) => errorCode,
    );
  }

  /** Nothing that waiting mends. */
  #refused(error: unknown): void {
    this.#joined.reject(joinError(error, this.#of.group));
    this.#options.health.failed(work, error);
  }

  #rest(milliseconds: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function joinError(error: unknown, group: string): StreamsError {
  if (isKafkaError(error, 'GROUP_ID_NOT_FOUND', 'INCONSISTENT_GROUP_PROTOCOL')) {
    return new StreamsError(
      'INVALID_ARGUMENT',
      `the group ${group} is no share group: its members share out the partitions; give this group another name, or delete that one`,
      { cause: error },
    );
  }
  if (isKafkaError(error, 'UNSUPPORTED_VERSION')) {
    return new StreamsError(
      'UNSUPPORTED',
      `share groups, which competing groups need, are turned off in this cluster: kafka-features.sh upgrade --feature share.version=1 turns them on`,
      { cause: error },
    );
  }
  return translate(error, `the group ${group} could not be joined`);
}
