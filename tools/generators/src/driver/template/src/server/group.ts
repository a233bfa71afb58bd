import {
  type GroupDescription,
  type GroupPartition,
  type PendingEntry,
  type Position,
  StreamsError,
} from '@millrace/streams';
import type { Assignment, WireMember, WireStart } from '../protocol.ts';
import type { Changes } from './changes.ts';
import type { Log } from './log.ts';
import type { Partition } from './partition.ts';

export interface Member {
  readonly name: string;
  readonly options: WireMember;
  leaving: boolean;
  seenAt: number;
  /** Runs out when the member is silent for its lease time. */
  readonly silence: NodeJS.Timeout;
}

/** How members stop holding what they hold: `returned` counts no attempt, `died` counts one. */
export type Ending = 'returned' | 'died';

/** Where a group stands in one partition. */
export interface Progress {
  readonly partition: Partition;
  /** Where the group began: what lies before it was not acknowledged. */
  readonly start: number;
  /** The first offset that is not acknowledged. */
  readonly committed: number;
  /** Records stored and not acknowledged. */
  readonly lag: number;
  /** Records delivered and not acknowledged. */
  readonly pending: readonly Pending[];
  /** Goes on at the offset, as begun there or, when it was moved to after a record, as if that were acknowledged. */
  moveTo(offset: number, start: number): void;
}

export interface Pending {
  readonly offset: number;
  readonly since: number;
  readonly deliveries: number;
  readonly owner?: string | undefined;
}

/** A group: its members, who prove with heartbeats that they live, and where it stands in each partition. */
export abstract class Group<Of extends Progress = Progress> {
  readonly name: string;
  readonly members: Map<string, Member> = new Map();
  protected readonly log: Log;
  protected readonly changes: Changes;
  readonly #progress: Map<string, Of> = new Map();
  #version = 0;

  abstract readonly mode: GroupDescription['mode'];

  constructor(name: string, log: Log, changes: Changes) {
    this.name = name;
    this.log = log;
    this.changes = changes;
  }

  protected abstract begin(partition: Partition, start: number): Of;
  protected abstract giveBackAll(member: string, ending: Ending): void;
  protected abstract rebalance(): void;
  protected abstract leasesOf(member: string): Assignment['leases'];
  protected abstract describePartition(progress: Of): Pick<GroupPartition, 'owner' | 'epoch'>;

  get version(): number {
    return this.#version;
  }

  get progress(): readonly Of[] {
    return [...this.#progress.values()];
  }

  progressOf(topic: string, partition: number): Of | undefined {
    return this.#progress.get(`${topic}:${partition}`);
  }

  /** Makes the member known. UNKNOWN_TOPIC before anything changes. A member of that name that was not silent yet has died. */
  enter(name: string, options: WireMember): void {
    const partitions = options.topics.flatMap((topic) => this.log.partitions(topic));
    this.remove(name, 'died');
    for (const partition of partitions) {
      const key = `${partition.topic}:${partition.number}`;
      if (!this.#progress.has(key))
        this.#progress.set(key, this.begin(partition, partition.startOf(options.start)));
    }
    const silence = setTimeout(() => this.remove(name, 'died'), options.leaseMs);
    this.members.set(name, { name, options, leaving: false, seenAt: Date.now(), silence });
    this.changed();
  }

  /** False for a member that is not known, or no longer. */
  heartbeat(name: string): boolean {
    const member = this.members.get(name);
    if (member === undefined) return false;
    member.silence.refresh();
    member.seenAt = Date.now();
    return true;
  }

  leave(name: string): void {
    const member = this.members.get(name);
    if (member !== undefined) member.leaving = true;
    this.changed();
  }

  remove(name: string, ending: Ending): void {
    const member = this.members.get(name);
    if (member === undefined) return;
    clearTimeout(member.silence);
    this.members.delete(name);
    this.giveBackAll(name, ending);
    this.changed();
  }

  assignmentOf(name: string): Assignment {
    return { known: this.members.has(name), version: this.#version, leases: this.leasesOf(name) };
  }

  /** The topic is gone, and so is what the group knew of it. */
  forgetTopic(topic: string): void {
    for (const { partition } of this.progress)
      if (partition.topic === topic) this.#progress.delete(`${topic}:${partition.number}`);
  }

  seek(to: WireStart, where: { readonly topic?: string; readonly partition?: number }): void {
    this.refuseActive('moved');
    for (const progress of this.progress) {
      const { topic, number } = progress.partition;
      const { topic: onlyTopic = topic, partition: onlyNumber = number } = where;
      if (onlyTopic !== topic || onlyNumber !== number) continue;
      const offset = progress.partition.startOf(to);
      const after =
        typeof to === 'object' && 'after' in to && to.after.topic === topic && to.after.partition === number;
      progress.moveTo(offset, after ? offset - 1 : offset);
    }
  }

  refuseActive(what: string): void {
    if (this.members.size > 0)
      throw new StreamsError(
        'GROUP_ACTIVE',
        `group ${this.name} has members and cannot be ${what}: stop them first`,
      );
  }

  describe(): GroupDescription {
    const now = Date.now();
    return {
      group: this.name,
      mode: this.mode,
      members: [...this.members.values()].map(({ name, seenAt }) => ({
        member: name,
        idleMs: now - seenAt,
        leases: this.leasesOf(name).map(({ partition }) => partition),
        pending: this.progress.flatMap(({ pending }) => pending).filter(({ owner }) => owner === name).length,
      })),
      partitions: this.progress.map((progress) => {
        const { partition, committed, start, lag, pending } = progress;
        return {
          topic: partition.topic,
          partition: partition.number,
          ...this.describePartition(progress),
          ...(committed > start && { committed: String(committed - 1) }),
          lag,
          pending: pending.length,
          ...(pending.length > 0 && {
            oldestPendingMs: 1 + now - Math.min(...pending.map(({ since }) => since)),
          }),
        };
      }),
    };
  }

  /** Delivered and not acknowledged, oldest first. */
  pending(limit: number, topic?: string): PendingEntry[] {
    return this.progress
      .filter(({ partition }) => topic === undefined || topic === partition.topic)
      .flatMap(({ partition, pending }) =>
        pending.map(({ offset, since, deliveries, owner = '' }) => ({
          since,
          entry: {
            position: positionOf(partition, offset),
            member: owner,
            idleMs: Date.now() - since,
            deliveries,
          },
        })),
      )
      .toSorted((a, b) => a.since - b.since)
      .slice(0, limit)
      .map(({ entry }) => entry);
  }

  protected changed(): void {
    this.rebalance();
    this.#version += 1;
    this.changes.announce();
  }
}

function positionOf({ topic, number }: Partition, offset: number): Position {
  return { topic, partition: number, offset: String(offset) };
}
