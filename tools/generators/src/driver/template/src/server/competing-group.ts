import type { Position } from '@millrace/streams';
import type { Fetched, Loss, WireCompetingCommit, WireDelivery } from '../protocol.ts';
import { type Ending, Group, type Pending, type Progress } from './group.ts';
import type { Partition } from './partition.ts';

/** A message in the hands of a member, or given back by one. */
interface Claim {
  owner: string | undefined;
  /** False while it waits for its owner to fetch it: it was handed over by an administrator. */
  taken: boolean;
  since: number;
  /** Attempts begun, this one included. */
  deliveries: number;
  /** Attempts that failed. */
  failed: number;
  /** An owner died with it in its hands: it is delivered alone, so that its attempts are counted for it. */
  suspect: boolean;
}

/** Where a competing group stands in one partition: what comes next, and the claims before that. */
class Claims implements Progress {
  readonly partition: Partition;
  readonly claims: Map<number, Claim> = new Map();
  start: number;
  next: number;

  constructor(partition: Partition, start: number) {
    this.partition = partition;
    this.start = start;
    this.next = start;
  }

  get committed(): number {
    return Math.min(this.next, ...this.claims.keys());
  }

  get lag(): number {
    return Math.max(0, this.partition.next - Math.max(this.next, this.partition.first)) + this.claims.size;
  }

  get pending(): readonly Pending[] {
    return [...this.claims].map(([offset, { since, deliveries, owner }]) => ({
      offset,
      since,
      deliveries,
      owner,
    }));
  }

  moveTo(offset: number, start: number): void {
    this.claims.clear();
    this.start = start;
    this.next = offset;
  }
}

/** A group whose members take single messages, whoever comes first. */
export class CompetingGroup extends Group<Claims> {
  override readonly mode = 'competing';
  #turn = 0;

  /** Messages for a member: given back ones first. Undefined when it has to wait. */
  take(name: string, max: number): Fetched | undefined {
    const member = this.members.get(name);
    if (member === undefined) return { deliveries: [], losses: [] };
    const losses: Loss[] = [];
    const held = this.progress.reduce((sum, { claims }) => sum + countOf(claims, name), 0);
    const room = Math.min(max, member.options.maxInFlight - held);
    const free = this.progress.flatMap((progress) =>
      [...progress.claims]
        .filter(([, { owner, taken }]) => owner === undefined || (owner === name && !taken))
        .map(([offset, claim]) => ({ progress, offset, claim })),
    );
    const suspect = free.find(({ claim }) => claim.suspect);
    if (suspect !== undefined && held > 0) return undefined;
    const again = suspect === undefined ? free.slice(0, Math.max(0, room)) : [suspect];
    const deliveries = again.flatMap(({ progress, offset, claim }) => {
      const record = progress.partition.at(offset);
      if (record === undefined) {
        progress.claims.delete(offset);
        losses.push(lossOf(progress.partition, offset, offset));
        return [];
      }
      Object.assign(claim, { owner: name, taken: true, since: Date.now() });
      claim.failed = claim.deliveries;
      claim.deliveries += 1;
      return [{ ...record, attempt: claim.deliveries }];
    });
    if (suspect === undefined) deliveries.push(...this.#takeNext(name, room - deliveries.length, losses));
    return deliveries.length + losses.length > 0 ? { deliveries, losses } : undefined;
  }

  /** Each step whole; `fenced` where the message is no longer the member's. */
  commit(name: string, steps: readonly WireCompetingCommit[]): ('committed' | 'fenced')[] {
    for (const { outputs } of steps) this.log.check(outputs);
    const results = steps.map(({ record, acknowledged, outputs, attempts }) => {
      const progress = this.progressOf(record.topic, record.partition);
      const offset = Number(record.offset);
      const claim = progress?.claims.get(offset);
      if (progress === undefined || claim?.owner !== name || !claim.taken) return 'fenced';
      if (acknowledged) progress.claims.delete(offset);
      else if (attempts !== undefined) Object.assign(claim, { deliveries: attempts, failed: attempts });
      this.log.append(outputs);
      return 'committed';
    });
    this.changes.announce();
    return results;
  }

  giveBack(name: string, records: readonly Position[]): void {
    for (const { topic, partition, offset } of records) {
      const claim = this.progressOf(topic, partition)?.claims.get(Number(offset));
      if (claim?.owner === name) end(claim, 'returned');
    }
    this.changes.announce();
  }

  /** Hands messages to a member that have been idle for so long. Returns which ones. */
  handOver(name: string, positions: readonly Position[], minIdleMs: number): Position[] {
    const moved = positions.filter(({ topic, partition, offset }) => {
      const claim = this.progressOf(topic, partition)?.claims.get(Number(offset));
      if (claim === undefined || claim.owner === name || Date.now() - claim.since < minIdleMs) return false;
      Object.assign(claim, { owner: name, taken: false });
      return true;
    });
    this.changes.announce();
    return moved;
  }

  protected override begin(partition: Partition, start: number): Claims {
    return new Claims(partition, start);
  }

  protected override giveBackAll(member: string, ending: Ending): void {
    for (const { claims } of this.progress)
      for (const claim of claims.values()) if (claim.owner === member) end(claim, ending);
  }

  protected override rebalance(): void {
    // Members take what they can; nothing is assigned.
  }

  protected override leasesOf(): [] {
    return [];
  }

  protected override describePartition(): object {
    return {};
  }

  #takeNext(name: string, room: number, losses: Loss[]): WireDelivery[] {
    const taken: WireDelivery[] = [];
    const inTurn = this.progress.map((_, index, all) => all[(index + this.#turn) % all.length]);
    this.#turn += 1;
    for (const progress of inTurn) {
      if (progress === undefined) continue;
      const { partition, claims } = progress;
      if (partition.first > progress.next) {
        losses.push(lossOf(partition, progress.next, partition.first - 1));
        progress.next = partition.first;
      }
      for (const record of partition.read(progress.next, room - taken.length)) {
        claims.set(record.offset, {
          owner: name,
          taken: true,
          since: Date.now(),
          deliveries: 1,
          failed: 0,
          suspect: false,
        });
        progress.next = record.offset + 1;
        taken.push({ ...record, attempt: 1 });
      }
    }
    return taken;
  }
}

function end(claim: Claim, ending: Ending): void {
  switch (ending) {
    case 'returned':
      claim.deliveries = claim.failed;
      break;
    case 'died':
      claim.suspect ||= claim.taken;
      break;
    default:
      ending satisfies never;
  }
  claim.owner = undefined;
  claim.taken = false;
}

function countOf(claims: ReadonlyMap<number, Claim>, owner: string): number {
  return [...claims.values()].filter((claim) => claim.owner === owner && claim.taken).length;
}

function lossOf(partition: Partition, from: number, through: number): Loss {
  return { topic: partition.topic, partition: partition.number, from, through };
}
