import { randomInt } from 'node:crypto';
import type { Delivery } from '@millrace/streams';
import { totalSize } from '@millrace/streams/driver';
import { monotonicNow } from '../group/clock.ts';
import type { Group } from '../group/group-table.ts';
import type { Tables } from '../group/tables.ts';
import type { Loss } from '../group/topic-cursor.ts';
import type { MutableDelivery } from '../log/batch-record.ts';
import type { Partition } from '../log/catalog.ts';
import type { LogEngine } from '../log/log-engine.ts';
import { maxTakenBytes, PartitionReader } from '../log/partition-reader.ts';
import type { Claim, ReleasedClaim } from './claim-table.ts';

export interface FetchedClaims {
  readonly deliveries: readonly Delivery[];
  readonly claims: readonly Claim[];
  readonly losses: readonly Loss[];
}

interface ClaimFetch extends FetchedClaims {
  readonly deliveries: Delivery[];
  readonly claims: Claim[];
  readonly losses: Loss[];
}

/** Takes messages of a competing group for one member: first what was given back, then the next ones of each partition in turn. */
export class ClaimFetcher {
  readonly #engine: LogEngine;
  readonly #tables: Tables;
  readonly #group: Group;
  readonly #member: string;
  readonly #partitions: readonly Partition[];
  readonly #readers: ReadonlyMap<number, PartitionReader<MutableDelivery>>;
  #turn = 0;

  constructor(
    engine: LogEngine,
    tables: Tables,
    group: Group,
    member: { readonly name: string; readonly partitions: readonly Partition[] },
  ) {
    this.#engine = engine;
    this.#tables = tables;
    this.#group = group;
    this.#member = member.name;
    this.#partitions = member.partitions;
    this.#readers = new Map(
      member.partitions.map((partition) => [
        partition.id,
        PartitionReader.deliveries(engine.rows, partition, 0),
      ]),
    );
  }

  /** Whether a write transaction would find anything. */
  hasWork(): boolean {
    if (this.#tables.claims.released(this.#group.id, this.#member, 1).length > 0) return true;
    return this.#partitions.some((partition) => {
      const position = this.#tables.groups.position(this.#group.id, partition);
      return position !== undefined && position.next < (this.#engine.offsets.bounds(partition)?.next ?? 0);
    });
  }

  /**
   * Called inside a job. Messages that a lost member had in flight come first, each in flight alone: if
   * one of them kills its process again, it is the only one whose attempts are counted for it.
   */
  take(max: number): FetchedClaims {
    const taken: ClaimFetch = { deliveries: [], claims: [], losses: [] };
    const individual = this.#tables.claims.individual(this.#group.id, this.#member);
    if (individual !== undefined) {
      const alone = this.#tables.claims.countOf(this.#group.id, this.#member) === 0;
      if (alone) this.#takeAgain(individual, taken);
      return taken;
    }
    for (const claim of this.#tables.claims.released(this.#group.id, this.#member, max))
      this.#takeAgain(claim, taken);
    for (let index = 0; index < this.#partitions.length && taken.deliveries.length < max; index++) {
      const partition = this.#partitions[(this.#turn + index) % this.#partitions.length];
      if (totalSize(taken.deliveries) >= maxTakenBytes) break;
      if (partition !== undefined) this.#takeNext(partition, max - taken.deliveries.length, taken);
    }
    this.#turn += 1;
    return taken;
  }

  #takeAgain({ partitionId, offset, deliveries }: ReleasedClaim, taken: ClaimFetch): void {
    const partition = this.#partitions.find((candidate) => candidate.id === partitionId);
    const reader = this.#readers.get(partitionId);
    if (partition === undefined || reader === undefined) return;
    reader.seek(offset);
    const [delivery] = reader.take(1);
    if (delivery === undefined || Number(delivery.offset) !== offset) {
      this.#tables.claims.drop(this.#group.id, partition, offset);
      taken.losses.push({ partition, from: offset, through: offset });
      return;
    }
    const claim = this.#claim(partition, offset);
    this.#tables.claims.take(claim, monotonicNow());
    taken.claims.push(claim);
    delivery.attempt = deliveries + 1;
    taken.deliveries.push(delivery);
  }

  #takeNext(partition: Partition, max: number, taken: ClaimFetch): void {
    const reader = this.#readers.get(partition.id);
    const position = this.#tables.groups.position(this.#group.id, partition);
    if (reader === undefined || position === undefined) return;
    const now = monotonicNow();
    let next = position.next;
    reader.seek(next);
    for (const delivery of reader.take(max)) {
      const offset = Number(delivery.offset);
      if (offset > next) taken.losses.push({ partition, from: next, through: offset - 1 });
      const claim = this.#claim(partition, offset);
      this.#tables.claims.insert(claim, now);
      taken.claims.push(claim);
      taken.deliveries.push(delivery);
      next = reader.spans.get(offset) ?? offset + 1;
    }
    const first = this.#engine.offsets.bounds(partition)?.first ?? 0;
    if (first > next) {
      taken.losses.push({ partition, from: next, through: first - 1 });
      next = first;
    }
    if (next !== position.next)
      this.#tables.groups.commitPosition(this.#group.id, partition, { next, delivered: next, at: 0 });
  }

  #claim(partition: Partition, offset: number): Claim {
    return { group: this.#group.id, partition, offset, owner: this.#member, token: randomInt(2 ** 47) };
  }
}
