import { randomUUID } from 'node:crypto';
import type { JoinOptions } from '@millrace/streams';
import type { Partition } from './catalog.ts';
import { monotonicNow } from './clock.ts';
import type { Engine } from './engine.ts';
import type { Group, GroupPosition } from './group-table.ts';
import { isFree, type LeaseRow } from './lease-table.ts';
import { PartitionReader } from './partition-reader.ts';
import type { Tables } from './tables.ts';
import { TopicProgress } from './topic-progress.ts';

/** What a member got when it took a lease. */
export interface Acquisition {
  readonly number: number;
  readonly epoch: number;
  readonly token: string;
  readonly topics: readonly TopicProgress[];
  readonly expires: number;
}

export interface Claimant {
  readonly engine: Engine;
  readonly tables: Tables;
  readonly group: Group;
  readonly member: string;
  readonly options: JoinOptions;
}

/** Takes the lease if it is assigned to this member and free. Called inside a job. */
export function acquire(claimant: Claimant, number: number): Acquisition | undefined {
  const { tables, group, member, options } = claimant;
  const now = monotonicNow();
  const row = tables.leases.one(group.id, number);
  if (row === undefined || row.assigned !== member || !isFree(row, now)) return undefined;
  const topics = options.topics.flatMap((topic) => openTopic(claimant, topic, row));
  const token = randomUUID();
  const duration = options.leaseMs;
  tables.leases.take(group.id, number, { owner: member, token, duration, handout: options.maxInFlight, now });
  return { number, epoch: row.epoch + 1, token, topics, expires: now + duration };
}

function openTopic(claimant: Claimant, topic: string, row: LeaseRow): TopicProgress[] {
  const { engine, tables, group } = claimant;
  const partition = engine.catalog.partitions(topic)[row.number];
  if (partition === undefined) return [];
  const position = tables.groups.position(group.id, partition) ?? {
    start: 0,
    next: 0,
    handed: 0,
    careful: 0,
  };
  const attempts = tables.attempts.load(group.id, partition);
  const reader = PartitionReader.deliveries(engine.rows, partition, position.next);
  const suspectEnd = row.token === undefined ? 0 : endOfSuspects(engine, row, position, partition);
  if (suspectEnd > position.careful) tables.groups.setCareful(group.id, partition, suspectEnd);
  const careful = Math.max(position.careful, suspectEnd);
  const progress = new TopicProgress(partition, reader, { ...position, careful }, attempts);
  const first = engine.offsets.bounds(partition)?.first ?? 0;
  // Trimming may end within a batch row, whose forgotten records could still be read.
  if (first > position.next) progress.skipTo(first);
  return [progress];
}

/**
 * The owner vanished, and one of the records in its hands may be the reason. While it was handed records singly, its
 * tries are known; otherwise it may hold as many as its window allows, but none stored after its lease ran out.
 */
function endOfSuspects(engine: Engine, row: LeaseRow, position: GroupPosition, partition: Partition): number {
  if (position.careful > position.next) return position.careful;
  return Math.min(position.next + row.handout, engine.offsets.storedAt(partition, row.until));
}
