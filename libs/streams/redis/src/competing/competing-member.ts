import type { Delivery } from '@millrace/streams';
import { anySignal } from '@millrace/streams';
import type { CompetingCommit, CompetingMember, GroupOptions } from '@millrace/streams/driver';
import { MemberHealth } from '@millrace/streams/driver';
import type { DriverContext } from '../context.ts';
import { translate } from '../errors.ts';
import { GroupHeartbeat, newMemberName } from '../group/heartbeat.ts';
import { LeaseTime } from '../group/lease-time.ts';
import { groupKeys } from '../keys.ts';
import { leaveMs, within } from '../within.ts';
import { commitMessages } from './competing-commits.ts';
import { CompetingEntries } from './competing-entries.ts';
import { CompetingReader } from './competing-reader.ts';
import { InFlight } from './in-flight.ts';

/** A member that takes whatever message is next, and keeps it its own for as long as it lives. */
export class RedisCompetingMember implements CompetingMember {
  readonly member: string = newMemberName();
  readonly lost: AbortSignal;
  readonly #context: DriverContext;
  readonly #group: string;
  readonly #options: GroupOptions;
  readonly #partitions: readonly CompetingEntries[];
  readonly #inFlight: InFlight;
  readonly #reader: CompetingReader;
  readonly #end = new AbortController();
  readonly #heartbeat: GroupHeartbeat;
  readonly #health: MemberHealth;
  #stopListening: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed: Promise<void> | undefined;

  private constructor(
    context: DriverContext,
    group: string,
    options: GroupOptions,
    places: readonly TopicPartition[],
  ) {
    this.#context = context;
    this.#group = group;
    this.#options = options;
    this.lost = this.#end.signal;
    this.#inFlight = new InFlight(options.maxInFlight);
    const { member } = this;
    this.#partitions = places.map(
      (place) => new CompetingEntries(context, { ...place, group, member }, options),
    );
    this.#reader = new CompetingReader(this.#partitions, this.#inFlight);
    const { notify } = context;
    this.#health = new MemberHealth({ group, member, translate, toleratedOutageMs: options.leaseMs, notify });
    this.#heartbeat = new GroupHeartbeat(context, {
      group,
      member,
      leaseMs: options.leaseMs,
      leaseTime: new LeaseTime(options.leaseMs),
      health: this.#health,
      partitions: 0,
      onView: async () => undefined,
    });
  }

  static async join(
    context: DriverContext,
    group: string,
    options: GroupOptions,
  ): Promise<RedisCompetingMember> {
    const places: TopicPartition[] = [];
    for (const topic of options.topics) {
      const { partitions } = await context.topics.topic(topic);
      for (let partition = 0; partition < partitions; partition++) places.push({ topic, partition });
    }
    await context.groups.create(group, options.topics, options.start);
    await context.groups.register(group, { mode: 'competing', topics: options.topics, stores: [] });
    const member = new RedisCompetingMember(context, group, options, places);
    await member.#heartbeat.start();
    member.#stopListening = await context.groupChanges.listen(groupKeys(group).channel, () =>
      member.#reader.refresh(),
    );
    member.#timer = setInterval(() => void member.#keepAlive(), options.leaseMs / 3);
    member.#timer.unref();
    return member;
  }

  async fetch(max: number, { signal }: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    try {
      return await this.#reader.fetch(max, anySignal([signal, this.#end.signal]));
    } catch (error) {
      throw translate(error, `a fetch of group ${this.#group} failed`);
    }
  }

  async commit(commits: readonly CompetingCommit[]): Promise<('committed' | 'fenced')[]> {
    const { client } = this.#context;
    const own = commits.filter(({ record }) => this.#inFlight.has(record));
    const results = new Map<CompetingCommit, boolean>();
    try {
      for (const part of client.cluster ? byPartition(own) : [own]) {
        const answers = await commitMessages(
          this.#context,
          { ...this.#options, group: this.#group, member: this.member },
          part,
        );
        for (const [index, commit] of part.entries()) results.set(commit, answers[index] === true);
      }
    } catch (error) {
      throw translate(error, `a commit of group ${this.#group} failed`);
    }
    for (const { record, acknowledged, attempts } of own) {
      if (acknowledged) this.#inFlight.remove(record);
      else this.#inFlight.recordAttempts(record, attempts ?? 0);
    }
    return commits.map((commit) => (results.get(commit) ? 'committed' : 'fenced'));
  }

  async release(deliveries: readonly Delivery[]): Promise<void> {
    try {
      for (const entries of this.#partitions) {
        const taken = this.#inFlight.take(deliveries.filter((delivery) => isIn(delivery, entries)));
        if (taken.length > 0) await entries.giveBack(taken);
      }
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
    clearInterval(this.#timer);
    this.#stopListening?.();
    await within(leaveMs, this.#leaveAndGiveBack());
  }

  async #leaveAndGiveBack(): Promise<void> {
    await this.#reader.idle();
    await this.#heartbeat.leave();
    for (const entries of this.#partitions) {
      if (!entries.used) continue;
      const taken = this.#inFlight.take(this.#inFlight.all().filter((place) => isIn(place, entries)));
      // Whatever cannot be given back now is claimed by others once it is idle.
      await entries.giveBack(taken).catch(() => undefined);
    }
  }

  async #keepAlive(): Promise<void> {
    for (const entries of this.#partitions) {
      const ids = this.#inFlight
        .all()
        .filter((place) => isIn(place, entries))
        .map(({ offset }) => offset);
      try {
        for (const offset of await entries.keepAlive(ids))
          this.#inFlight.remove({ ...place(entries), offset });
        this.#health.worked(keepAliveWork(entries));
      } catch (error) {
        if (!this.#end.signal.aborted) this.#health.failed(keepAliveWork(entries), error);
        // The entries stay this member's until somebody else takes them, which the commit would see.
      }
    }
    this.#reader.refresh();
  }
}

interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

function place({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition };
}

function keepAliveWork({ topic, partition }: TopicPartition): string {
  return `keep what it has in hand of ${topic}:${partition}`;
}

function isIn(position: TopicPartition, entries: TopicPartition): boolean {
  return position.partition === entries.partition && position.topic === entries.topic;
}

function byPartition(commits: readonly CompetingCommit[]): readonly (readonly CompetingCommit[])[] {
  return [...Map.groupBy(commits, ({ record }) => record.partition).values()];
}
