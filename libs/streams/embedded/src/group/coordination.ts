import { randomUUID } from 'node:crypto';
import type { Start } from '@millrace/streams';
import type { GroupOptions } from '@millrace/streams/driver';
import { assign, type Candidate } from '@millrace/streams/driver';
import type { Partition } from '../log/catalog.ts';
import type { LogEngine } from '../log/log-engine.ts';
import type { LogTransaction } from '../log/log-transaction.ts';
import { monotonicNow } from './clock.ts';
import type { Group, GroupMode } from './group-table.ts';
import type { Tables } from './tables.ts';

/** A member as it enters its group. */
export interface JoiningMember<Options extends GroupOptions = GroupOptions> {
  readonly mode: GroupMode;
  readonly member: string;
  readonly leaving: boolean;
  readonly options: Options;
}

/** How groups get their members, positions and assignment. Every method is called inside a job. */
export class Coordination {
  readonly #engine: LogEngine;
  readonly #tables: Tables;

  constructor(engine: LogEngine, tables: Tables) {
    this.#engine = engine;
    this.#tables = tables;
  }

  /** Makes the member known; the group and its missing positions are created. */
  join(transaction: LogTransaction, name: string, joining: JoiningMember): Group {
    const { mode, member, leaving, options } = joining;
    const partitions = options.topics.flatMap((topic) => [...this.#engine.catalog.partitions(topic)]);
    const starts = partitions.map((partition) => this.#start(partition, options.start));
    const group = this.#tables.groups.ensure(name, mode);
    for (const [index, partition] of partitions.entries()) {
      if (this.#tables.groups.position(group.id, partition) !== undefined) continue;
      this.#tables.groups.begin(group.id, partition, starts[index] ?? 0);
    }
    const { topics, leaseMs: duration } = options;
    const now = monotonicNow();
    if (this.#tables.members.evict(group.id, now)) this.#tables.claims.releaseOfRemoved(group.id);
    this.#tables.members.insert(group.id, {
      name: member,
      topics,
      leaving,
      duration,
      expires: now + duration,
    });
    this.rebalance(transaction, group);
    return group;
  }

  /** Removes silent members and gives their leases to others; does nothing when all are alive. */
  evictExpired(transaction: LogTransaction, group: Group): void {
    if (!this.#tables.members.evict(group.id, monotonicNow())) return;
    this.#tables.claims.releaseOfRemoved(group.id);
    this.rebalance(transaction, group);
  }

  announceLeaving(transaction: LogTransaction, group: Group, member: string): void {
    this.#tables.members.leave(group.id, member);
    this.rebalance(transaction, group);
  }

  remove(transaction: LogTransaction, group: Group, member: string): void {
    this.#tables.members.delete(group.id, member);
    this.#tables.claims.releaseAll(group.id, member);
    this.rebalance(transaction, group);
  }

  /** Computes who should own what and tells every member; owners keep their leases until they release them. */
  rebalance(transaction: LogTransaction, group: Group): void {
    const { groups, leases, members } = this.#tables;
    groups.bumpVersion(group.id);
    transaction.announce();
    if (group.mode === 'competing') return;
    const candidates: Candidate[] = members
      .alive(group.id, monotonicNow())
      .filter((member) => !member.leaving)
      .map((member) => ({ name: member.name, numbers: this.#numbers(member.topics) }));
    const rows = leases.all(group.id);
    const count = Math.max(rows.length, ...candidates.map((candidate) => candidate.numbers));
    const current = Array.from({ length: count }, (_, number) => rows[number]?.assigned);
    for (const [number, member] of assign(candidates, current).entries()) {
      if (rows[number] === undefined || rows[number].assigned !== member)
        leases.assign(group.id, number, member);
    }
  }

  #numbers(topics: readonly string[]): number {
    const counts = topics.map((topic) => this.#engine.catalog.find(topic)?.length ?? 0);
    return Math.max(0, ...counts);
  }

  /** A start after a position speaks of one partition; the others begin at their first record. */
  #start(partition: Partition, start: Start): number {
    const elsewhere =
      typeof start === 'object' &&
      'after' in start &&
      (start.after.topic !== partition.topic || start.after.partition !== partition.number);
    return this.#engine.offsets.start(partition, elsewhere ? 'earliest' : start);
  }
}

/** A name that is new at every start. */
export function newMemberId(): string {
  return `${process.pid}-${randomUUID().slice(0, 8)}`;
}
