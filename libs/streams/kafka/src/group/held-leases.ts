import { setTimeout as delay } from 'node:timers/promises';
import type { JoinOptions, Lease, MemberHealth } from '@millrace/streams/driver';
import type { Connections } from '../client/connections.ts';
import { isTransient, translate } from '../client/errors.ts';
import type { Context } from '../context.ts';
import type { FetchSource } from '../fetch/fetch-source.ts';
import type { CommitMember } from '../wire/offsets.ts';
import type { InitialOffset } from './initial-offsets.ts';
import { KafkaLease } from './lease.ts';
import { highestCount } from './partition-counts.ts';
import type { Assignment } from './protocol.ts';

type PartitionCounts = Readonly<Record<string, number>>;
type InitialOffsets = ReadonlyMap<string, InitialOffset>;

export interface HeldLeasesOptions {
  readonly group: string;
  readonly name: string;
  readonly options: JoinOptions;
  readonly topics: PartitionCounts;
  readonly starts: InitialOffsets;
  readonly fetches: FetchSource;
  readonly commits: Connections;
  readonly member: () => CommitMember;
  /** Of the member. */
  readonly health: MemberHealth;
  readonly onGained: (lease: Lease) => void;
  /** Has the member join the group again: there is something to tell. */
  readonly joinAgain: () => void;
}

const pauseMs = 100;
const longestPauseMs = 5_000;

/** The leases of one member. Those that an assignment leaves where they are stay the same through it. */
export class HeldLeases {
  readonly #context: Context;
  readonly #options: HeldLeasesOptions;
  readonly #leases = new Map<number, KafkaLease>();
  readonly #health: MemberHealth;
  readonly #losses = new RepeatedLosses();
  #topics: PartitionCounts;
  #starts: InitialOffsets;
  #released = false;

  constructor(context: Context, options: HeldLeasesOptions) {
    this.#context = context;
    this.#options = options;
    this.#topics = options.topics;
    this.#starts = options.starts;
    this.#health = options.health;
  }

  get owned(): [number: number, epoch: number][] {
    return [...this.#leases].map(([number, { epoch }]) => [number, epoch]);
  }

  get released(): boolean {
    return this.#released;
  }

  /** Takes what is new and recalls what others wait for. True when the group must be told of something meanwhile given back. */
  follow({ leases, recalled }: Assignment): boolean {
    if (this.#released) return false;
    const given = new Map(leases);
    let changed = false;
    for (const [number, lease] of this.#leases) if (given.get(number) !== lease.epoch) lease.lose();
    for (const [number, epoch] of given) {
      if (this.#leases.has(number)) continue;
      if (epoch === this.#options.member().generation) this.#gain(number, epoch);
      else changed = true;
    }
    for (const number of recalled) this.#leases.get(number)?.revoke();
    return changed;
  }

  /** Topics have got more partitions: a lease that covers one more of them is given back, and comes again with it. */
  grow(topics: PartitionCounts, starts: InitialOffsets): void {
    const before = this.#topics;
    this.#topics = topics;
    this.#starts = starts;
    for (const [number, lease] of this.#leases)
      if (topicsOf(before, number).length !== topicsOf(topics, number).length) lease.revoke();
  }

  /** Ownership cannot be proven any more. */
  loseAll(): void {
    for (const lease of [...this.#leases.values()]) lease.lose();
  }

  async release(): Promise<void> {
    await Promise.allSettled([...this.#leases.values()].map((lease) => lease[Symbol.asyncDispose]()));
    this.#released = true;
  }

  #gain(number: number, epoch: number): void {
    const { group, name, options, fetches, commits, member, joinAgain } = this.#options;
    const lease = new KafkaLease(this.#context, {
      group,
      name,
      partition: number,
      partitions: highestCount(this.#topics),
      epoch,
      options,
      topics: topicsOf(this.#topics, number),
      starts: this.#starts,
      heldUp: this.#losses.heldUp(number),
      fetches,
      commits,
      member,
      joinAgain,
      onGone: (gone) => {
        if (this.#leases.get(number) !== gone) return;
        this.#leases.delete(number);
        this.#losses.add(number, gone.leftInHand());
        this.#health.worked(reading(number));
        joinAgain();
      },
    });
    this.#leases.set(number, lease);
    void this.#begin(lease);
  }

  async #begin(lease: KafkaLease): Promise<void> {
    const disposed = (): boolean => this.#leases.get(lease.partition) !== lease;
    for (let pause = pauseMs; !disposed(); ) {
      try {
        await lease.begin();
        this.#health.worked(reading(lease.partition));
        if (!disposed() && !lease.revoked.aborted) this.#options.onGained(lease);
        else await lease[Symbol.asyncDispose]();
        return;
      } catch (error) {
        if (disposed()) return;
        const fenced = translate(error, '').code === 'FENCED';
        // A topic that the group has read may come back, and a right may be granted: neither is a reason to rebalance.
        if (!fenced && !isTransient(error)) this.#health.failed(reading(lease.partition), error);
        await delay(pause, undefined, { signal: lease.lost }).catch(() => undefined);
        if (fenced) return lease.lose();
        pause = isTransient(error) ? pauseMs : Math.min(longestPauseMs, pause * 2);
      }
    }
  }
}

/** The topics that have this partition. */
function topicsOf(topics: PartitionCounts, number: number): string[] {
  return Object.keys(topics).filter((topic) => number < (topics[topic] ?? 0));
}

function reading(partition: number): string {
  return `read partition ${partition}`;
}

type Offsets = ReadonlyMap<string, number>;

const none: Offsets = new Map();

/** What a member had in hand longest each time that it lost a partition, by topic: what it is twice in a row may hold it up. */
class RepeatedLosses {
  readonly #last = new Map<number, Offsets>();
  readonly #repeated = new Map<number, Offsets>();

  add(partition: number, inHand: Offsets): void {
    const before = this.#last.get(partition) ?? none;
    this.#last.set(partition, inHand);
    this.#repeated.set(
      partition,
      new Map([...inHand].filter(([topic, offset]) => before.get(topic) === offset)),
    );
  }

  heldUp(partition: number): Offsets {
    return this.#repeated.get(partition) ?? none;
  }
}
