import { type Position, StreamsError } from '@millrace/streams';
import { assign } from '@millrace/streams/driver-kit';
import type { Fetched, Loss, WireCommit, WireDelivery, WireLease } from '../protocol.ts';
import { Cursor } from './cursor.ts';
import { type Ending, Group, type Member } from './group.ts';
import type { Partition } from './partition.ts';

/** Partition `n` of all topics of the group, as one piece of work. */
interface Slot {
  assigned: string | undefined;
  owner: Member | undefined;
  epoch: number;
  readonly stores: Map<string, Map<string, string>>;
  /** In the order in which they came. */
  readonly dedupeIds: Set<string>;
}

/** Epochs only grow, also when a group is deleted and made again: an old owner never has one that is valid. */
let lastEpoch = 0;

/** A group whose members own whole partitions. */
export class PartitionedGroup extends Group<Cursor> {
  override readonly mode = 'partitioned';
  readonly #slots: Slot[] = [];

  /** What the owner handles next; undefined when it has to wait. FENCED when the lease is not its own. */
  fetch(partition: number, epoch: number, max: number): Fetched | undefined {
    const { owner, assigned } = this.#owned(partition, epoch);
    const revoked = assigned !== undefined && assigned !== owner.name;
    if (revoked) return { deliveries: [], losses: [] };
    const cursors = this.#cursors(partition, owner);
    const losses: Loss[] = cursors.flatMap((cursor) => cursor.skipTrimmed() ?? []);
    const inFlight = cursors.reduce((sum, cursor) => sum + cursor.inFlight, 0);
    const alone = cursors.find((cursor) => cursor.individually);
    const deliveries: WireDelivery[] = [];
    if (alone !== undefined) {
      if (inFlight === 0) deliveries.push(...alone.deliver(1));
    } else {
      const room = Math.min(max, owner.options.maxInFlight - inFlight);
      for (const cursor of cursors) deliveries.push(...cursor.deliver(room - deliveries.length));
    }
    return deliveries.length + losses.length > 0 ? { deliveries, losses } : undefined;
  }

  /** All of it, or an error and nothing. */
  commit(partition: number, epoch: number, commit: WireCommit): void {
    const slot = this.#owned(partition, epoch);
    const acknowledged = Map.groupBy(commit.acknowledged, ({ topic }) => topic);
    for (const [topic, positions] of acknowledged) this.#cursor(topic, partition).check(positions);
    this.log.check(commit.outputs);

    for (const [topic, positions] of acknowledged)
      this.#cursor(topic, partition).acknowledge(positions.length);
    if (commit.failed !== undefined) {
      const { record, attempts } = commit.failed;
      this.#cursor(record.topic, partition).recordAttempts(Number(record.offset), attempts);
    }
    this.log.append(commit.outputs);
    for (const { store, key, value } of commit.state) {
      const values = slot.stores.get(store) ?? new Map<string, string>();
      slot.stores.set(store, values);
      if (value === null) values.delete(key);
      else values.set(key, value);
    }
    for (const id of commit.dedupeIds) remember(slot.dedupeIds, id, slot.owner.options.dedupeWindow);
    this.changes.announce();
  }

  seekLease(partition: number, epoch: number, positions: readonly Position[]): void {
    const { owner } = this.#owned(partition, epoch);
    for (const { topic } of positions) this.#cursor(topic, partition);
    for (const cursor of this.#cursors(partition, owner)) {
      const position = positions.find(({ topic }) => topic === cursor.partition.topic);
      cursor.goOnAt(position && Number(position.offset) + 1);
    }
    this.changes.announce();
  }

  load(partition: number, epoch: number, store: string, keys: readonly string[]): (string | null)[] {
    const values = this.#owned(partition, epoch).stores.get(store);
    return keys.map((key) => values?.get(key) ?? null);
  }

  knownDedupeIds(partition: number, epoch: number, ids: readonly string[]): string[] {
    const { dedupeIds } = this.#owned(partition, epoch);
    return ids.filter((id) => dedupeIds.has(id));
  }

  release(partition: number, epoch: number): void {
    const slot = this.#slots[partition];
    if (slot?.owner === undefined || slot.epoch !== epoch) return;
    this.#end(slot, partition, 'returned');
    this.changed();
  }

  protected override begin(partition: Partition, start: number): Cursor {
    return new Cursor(partition, start);
  }

  protected override giveBackAll(member: string, ending: Ending): void {
    for (const [partition, slot] of this.#slots.entries())
      if (slot.owner?.name === member) this.#end(slot, partition, ending);
  }

  /** Says who should own what. An owner keeps its lease until it gives it back, so nothing is owned twice. */
  protected override rebalance(): void {
    const candidates = [...this.members.values()]
      .filter(({ leaving }) => !leaving)
      .map(({ name, options }) => ({ name, numbers: this.#numbersOf(options.topics) }));
    const count = Math.max(this.#slots.length, ...candidates.map(({ numbers }) => numbers));
    while (this.#slots.length < count) this.#slots.push(freeSlot());
    const assigned = assign(
      candidates,
      this.#slots.map((slot) => slot.assigned),
    );
    for (const [partition, slot] of this.#slots.entries()) {
      slot.assigned = assigned[partition];
      if (slot.owner === undefined && slot.assigned !== undefined)
        this.#grant(slot, partition, slot.assigned);
    }
  }

  protected override leasesOf(member: string): WireLease[] {
    return this.#slots.flatMap(({ owner, epoch, assigned }, partition) =>
      owner?.name === member
        ? [{ partition, epoch, revoked: assigned !== undefined && assigned !== member }]
        : [],
    );
  }

  protected override describePartition({ partition }: Cursor): { owner?: string; epoch?: number } {
    const slot = this.#slots[partition.number];
    return slot?.owner === undefined ? {} : { owner: slot.owner.name, epoch: slot.epoch };
  }

  #grant(slot: Slot, partition: number, name: string): void {
    const owner = this.members.get(name);
    if (owner === undefined) return;
    slot.owner = owner;
    slot.epoch = ++lastEpoch;
    for (const cursor of this.#cursors(partition, owner)) cursor.owner = name;
  }

  #end(slot: Slot, partition: number, ending: Ending): void {
    slot.owner = undefined;
    for (const cursor of this.progress) {
      if (cursor.partition.number !== partition) continue;
      cursor.end(ending);
      cursor.owner = undefined;
    }
  }

  #owned(partition: number, epoch: number): Slot & { readonly owner: Member } {
    const slot = this.#slots[partition];
    if (slot?.owner !== undefined && slot.epoch === epoch) return { ...slot, owner: slot.owner };
    throw new StreamsError(
      'FENCED',
      `the lease of partition ${partition} of group ${this.name} (epoch ${epoch}) is no longer held by this member`,
    );
  }

  #cursors(partition: number, { options }: Member): Cursor[] {
    return options.topics.flatMap((topic) => this.progressOf(topic, partition) ?? []);
  }

  #cursor(topic: string, partition: number): Cursor {
    const cursor = this.progressOf(topic, partition);
    if (cursor !== undefined) return cursor;
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `group ${this.name} does not read partition ${partition} of topic ${topic}`,
    );
  }

  #numbersOf(topics: readonly string[]): number {
    return Math.max(...topics.map((topic) => (this.log.has(topic) ? this.log.partitions(topic).length : 0)));
  }
}

function freeSlot(): Slot {
  return { assigned: undefined, owner: undefined, epoch: 0, stores: new Map(), dedupeIds: new Set() };
}

function remember(ids: Set<string>, id: string, window: number): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > window && oldest !== undefined) ids.delete(oldest);
}
