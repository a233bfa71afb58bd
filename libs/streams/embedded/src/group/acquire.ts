import { randomUUID } from 'node:crypto';
import type { JoinOptions } from '@millrace/streams';
import type { Partition } from '../log/catalog.ts';
import type { LogEngine } from '../log/log-engine.ts';
import { PartitionReader } from '../log/partition-reader.ts';
import { monotonicNow } from './clock.ts';
import type { Group, GroupPosition } from './group-table.ts';
import { isFree, type LeaseRow } from './lease-table.ts';
import type { Tables } from './tables.ts';
import { TopicCursor } from './topic-cursor.ts';

/** What a member got when it took a lease. */
export interface AcquiredLease {
  readonly number: number;
  readonly epoch: number;
  readonly token: string;
  readonly topics: readonly TopicCursor[];
  readonly expires: number;
}

/** A member that takes leases. */
export interface Member {
  readonly engine: LogEngine;
  readonly tables: Tables;
  readonly group: Group;
  readonly name: string;
  readonly options: JoinOptions;
}

/** Takes the lease if it is assigned to this member and free. Called inside a job. */
export function acquire(member: Member, number: number): AcquiredLease | undefined {
  const { tables, group, name, options } = member;
  const now = monotonicNow();
  const row = tables.leases.one(group.id, number);
  if (row === undefined || row.assigned !== name || !isFree(row, now)) return undefined;
  const topics = options.topics.flatMap((topic) => openTopic(member, topic, row));
  const token = randomUUID();
  const duration = options.leaseMs;
  tables.leases.take(group.id, number, {
    owner: name,
    token,
    duration,
    deliveryWindow: options.maxInFlight,
    now,
  });
  return { number, epoch: row.epoch + 1, token, topics, expires: now + duration };
}

function openTopic(member: Member, topic: string, row: LeaseRow): TopicCursor[] {
  const { engine, tables, group } = member;
  const partition = engine.catalog.partitions(topic)[row.number];
  if (partition === undefined) return [];
  const position = tables.groups.position(group.id, partition) ?? {
    start: 0,
    next: 0,
    delivered: 0,
    individualBefore: 0,
  };
  const attempts = tables.attempts.load(group.id, partition);
  const reader = PartitionReader.deliveries(engine.rows, partition, position.next);
  const individualEnd =
    row.token === undefined ? 0 : endOfIndividualRedelivery(engine, row, position, partition);
  if (individualEnd > position.individualBefore)
    tables.groups.setIndividualBefore(group.id, partition, individualEnd);
  const individualBefore = Math.max(position.individualBefore, individualEnd);
  const bounds = () => engine.offsets.bounds(partition);
  const source = { partition, reader, bounds };
  const cursor = new TopicCursor(source, { ...position, individualBefore }, attempts);
  const first = bounds()?.first ?? 0;
  // Trimming may end within a batch row, whose forgotten records could still be read.
  if (first > position.next) cursor.skipTo(first);
  return [cursor];
}

/**
 * The owner disappeared, and one of the records in flight may be the reason. While they were delivered one at a time, their
 * attempts are known; otherwise it may hold as many as its window allows, but none stored after its lease ran out.
 */
function endOfIndividualRedelivery(
  engine: LogEngine,
  row: LeaseRow,
  position: GroupPosition,
  partition: Partition,
): number {
  if (position.individualBefore > position.next) return position.individualBefore;
  return Math.min(position.next + row.deliveryWindow, engine.offsets.storedAt(partition, row.until));
}
