import type { CompetingCommit, CompetingMember, Delivery, GroupOptions } from '@millrace/streams';
import { CompetingReader } from './competing-reader.ts';
import { CompetingSource } from './competing-source.ts';
import { settleSteps } from './competing-steps.ts';
import type { Context } from './context.ts';
import { translate } from './errors.ts';
import { Held } from './held.ts';
import { groupKeys } from './keys.ts';
import { LeaseTime } from './lease-time.ts';
import { MemberHealth } from './member-health.ts';
import { newMemberName, Roster } from './roster.ts';

/** A member that takes whatever message is next, and keeps it its own for as long as it lives. */
export class RedisCompetingMember implements CompetingMember {
  readonly member: string = newMemberName();
  readonly lost: AbortSignal;
  readonly #context: Context;
  readonly #group: string;
  readonly #options: GroupOptions;
  readonly #sources: readonly CompetingSource[];
  readonly #held: Held;
  readonly #reader: CompetingReader;
  readonly #end = new AbortController();
  readonly #roster: Roster;
  readonly #health: MemberHealth;
  #stopListening: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed: Promise<void> | undefined;

  private constructor(context: Context, group: string, options: GroupOptions, places: readonly Place[]) {
    this.#context = context;
    this.#group = group;
    this.#options = options;
    this.lost = this.#end.signal;
    this.#held = new Held(options.maxInFlight);
    const { member } = this;
    this.#sources = places.map((place) => new CompetingSource(context, { ...place, group, member }, options));
    this.#reader = new CompetingReader(this.#sources, this.#held);
    const { notify } = context;
    this.#health = new MemberHealth({ group, member, patienceMs: options.leaseMs, notify });
    this.#roster = new Roster(context, {
      group,
      member,
      leaseMs: options.leaseMs,
      leaseTime: new LeaseTime(options.leaseMs),
      health: this.#health,
      partitions: 0,
      onView: async () => undefined,
    });
  }

  static async join(context: Context, group: string, options: GroupOptions): Promise<RedisCompetingMember> {
    const places: Place[] = [];
    for (const topic of options.topics) {
      const { partitions } = await context.catalog.topic(topic);
      for (let partition = 0; partition < partitions; partition++) places.push({ topic, partition });
    }
    await context.groups.create(group, options.topics, options.start);
    await context.groups.register(group, { mode: 'competing', topics: options.topics, stores: [] });
    const member = new RedisCompetingMember(context, group, options, places);
    await member.#roster.enter();
    member.#stopListening = await context.announcements.listen(groupKeys(group).channel, () =>
      member.#reader.lookAgain(),
    );
    member.#timer = setInterval(() => void member.#keepAlive(), options.leaseMs / 3);
    member.#timer.unref();
    return member;
  }

  async fetch(max: number, { signal }: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    try {
      return await this.#reader.take(max, AbortSignal.any([signal, this.#end.signal]));
    } catch (error) {
      throw translate(error, `a fetch of group ${this.#group} failed`);
    }
  }

  async commit(steps: readonly CompetingCommit[]): Promise<('committed' | 'fenced')[]> {
    const { client } = this.#context;
    const own = steps.filter(({ record }) => this.#held.has(record));
    const results = new Map<CompetingCommit, boolean>();
    try {
      for (const part of client.cluster ? byPartition(own) : [own]) {
        const answers = await settleSteps(
          this.#context,
          { ...this.#options, group: this.#group, member: this.member },
          part,
        );
        for (const [index, step] of part.entries()) results.set(step, answers[index] === true);
      }
    } catch (error) {
      throw translate(error, `a commit of group ${this.#group} failed`);
    }
    for (const { record, acknowledged: settled, attempts } of own) {
      if (settled) this.#held.drop(record);
      else this.#held.tried(record, attempts ?? 0);
    }
    return steps.map((step) => (results.get(step) ? 'committed' : 'fenced'));
  }

  async release(deliveries: readonly Delivery[]): Promise<void> {
    try {
      for (const source of this.#sources) {
        const entries = this.#held.take(deliveries.filter((delivery) => isIn(delivery, source)));
        if (entries.length > 0) await source.giveBack(entries);
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
    await this.#reader.idle();
    await this.#roster.leave();
    for (const source of this.#sources) {
      if (!source.used) continue;
      const entries = this.#held.take(this.#held.all().filter((place) => isIn(place, source)));
      // Whatever cannot be given back now is taken by others once it is stale.
      await source.giveBack(entries).catch(() => undefined);
    }
  }

  async #keepAlive(): Promise<void> {
    for (const source of this.#sources) {
      const ids = this.#held
        .all()
        .filter((place) => isIn(place, source))
        .map(({ offset }) => offset);
      try {
        for (const offset of await source.keepAlive(ids)) this.#held.drop({ ...place(source), offset });
        this.#health.worked(keepAliveWork(source));
      } catch (error) {
        if (!this.#end.signal.aborted) this.#health.failed(keepAliveWork(source), error);
        // The entries stay this member's until somebody else takes them, which the commit would see.
      }
    }
    this.#reader.lookAgain();
  }
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

function place({ topic, partition }: Place): Place {
  return { topic, partition };
}

function keepAliveWork({ topic, partition }: Place): string {
  return `keep what it has in hand of ${topic}:${partition}`;
}

function isIn(position: Place, source: Place): boolean {
  return position.partition === source.partition && position.topic === source.topic;
}

function byPartition(steps: readonly CompetingCommit[]): readonly (readonly CompetingCommit[])[] {
  return [...Map.groupBy(steps, ({ record }) => record.partition).values()];
}
