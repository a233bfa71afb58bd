import { randomUUID } from 'node:crypto';
import type { JoinOptions, Lease, Membership } from '@millrace/streams/driver';
import { assign, MemberHealth, Queue, RunOutLeases } from '@millrace/streams/driver';
import { type GroupView, writeAssignment } from '../commands/group.ts';
import { acquire } from '../commands/lease.ts';
import type { DriverContext } from '../context.ts';
import { translate } from '../errors.ts';
import { groupKeys, leaseKey } from '../keys.ts';
import { leaveMs, within } from '../within.ts';
import { GroupHeartbeat, newMemberName } from './heartbeat.ts';
import { RedisLease } from './lease.ts';
import { LeaseConsumer } from './lease-consumer.ts';
import { LeaseTime } from './lease-time.ts';

const maxRenewMs = 5_000;
const retryMs = 200;

/** A member of a partitioned group: shows that it is alive, works out who should own what, takes and gives back leases. */
export class RedisMembership implements Membership {
  readonly member: string = newMemberName();
  readonly #context: DriverContext;
  readonly #group: string;
  readonly #options: JoinOptions;
  /** The topics of each partition number. */
  readonly #topics: readonly (readonly string[])[];
  readonly #heartbeat: GroupHeartbeat;
  readonly #leases = new Map<number, RedisLease>();
  readonly #acquiring = new Map<number, Promise<void>>();
  readonly #epochs = new Map<number, number>();
  readonly #ranOut = new RunOutLeases<RedisLease>();
  readonly #leaseTime: LeaseTime;
  readonly #health: MemberHealth;
  readonly #gained = new Queue<Lease>();
  #renewal: NodeJS.Timeout | undefined;
  #left = false;
  #disposed: Promise<void> | undefined;

  private constructor(
    context: DriverContext,
    group: string,
    options: JoinOptions,
    topics: readonly (readonly string[])[],
  ) {
    this.#context = context;
    this.#group = group;
    this.#options = options;
    this.#topics = topics;
    this.#leaseTime = new LeaseTime(options.leaseMs);
    const { notify } = context;
    this.#health = new MemberHealth({
      group,
      translate,
      member: this.member,
      toleratedOutageMs: options.leaseMs,
      notify,
    });
    this.#heartbeat = new GroupHeartbeat(context, {
      group,
      member: this.member,
      leaseMs: options.leaseMs,
      leaseTime: this.#leaseTime,
      health: this.#health,
      partitions: topics.length,
      onView: (view) => this.#rebalance(view),
    });
  }

  static async join(context: DriverContext, group: string, options: JoinOptions): Promise<RedisMembership> {
    const topics = await topicsByPartition(context, options.topics);
    await context.groups.create(group, options.topics, options.start);
    await context.groups.register(group, {
      mode: 'partitioned',
      topics: options.topics,
      stores: options.stores,
    });
    const membership = new RedisMembership(context, group, options, topics);
    await membership.#heartbeat.start();
    membership.#renewal = setInterval(() => membership.#renew(), Math.min(options.leaseMs / 3, maxRenewMs));
    membership.#renewal.unref();
    return membership;
  }

  [Symbol.asyncIterator](): AsyncIterator<Lease> {
    return this.#gained[Symbol.asyncIterator]();
  }

  async leave(): Promise<void> {
    this.#left = true;
    this.#gained.close();
    await this.#heartbeat.leave();
  }

  get closed(): boolean {
    return this.#disposed !== undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    await within(leaveMs, this.#leaveAndRelease());
    clearInterval(this.#renewal);
    for (const lease of this.#leases.values()) lease.lose();
  }

  async #leaveAndRelease(): Promise<void> {
    await this.leave();
    await Promise.all(this.#acquiring.values());
    await Promise.all([...this.#leases.values()].map((lease) => lease[Symbol.asyncDispose]()));
  }

  async #rebalance(view: GroupView): Promise<void> {
    const count = Math.max(0, ...view.members.map(({ partitions }) => partitions));
    const current = Array.from({ length: count }, (_, partition) => view.assignment.get(partition));
    const candidates = view.members.map(({ name, partitions }) => ({ name, numbers: partitions }));
    const owners = assign(candidates, current);
    if (owners.some((owner, partition) => owner !== current[partition]) || view.assignment.size > count) {
      const connection = this.#context.client.connection();
      const keys = groupKeys(this.#group);
      if (!(await writeAssignment(connection, keys, { version: view.version, owners })))
        return this.#heartbeat.refresh();
    }
    for (const [partition, lease] of this.#leases) if (owners[partition] !== this.member) lease.revoke();
    for (const [partition, owner] of owners.entries()) {
      if (owner === this.member) this.#startAcquiring(partition);
      else this.#health.worked(leaseWork(partition));
    }
  }

  /** Each for itself: a partition whose server is slow holds up no other. */
  #startAcquiring(partition: number): void {
    if (this.#leases.has(partition) || this.#acquiring.has(partition) || this.#left) return;
    const acquiring = this.#acquire(partition)
      .then(() => this.#health.worked(leaseWork(partition)))
      .catch((error: unknown) => {
        if (!this.#left) this.#health.failed(leaseWork(partition), error);
        this.#refreshIn(retryMs);
      })
      .finally(() => this.#acquiring.delete(partition));
    this.#acquiring.set(partition, acquiring);
  }

  #refreshIn(milliseconds: number): void {
    setTimeout(() => this.#heartbeat.refresh(), milliseconds).unref();
  }

  async #acquire(partition: number): Promise<void> {
    await this.#giveBackLate(partition);
    const { client } = this.#context;
    const leaseMs = this.#leaseTime.ms;
    const place = { lease: leaseKey(this.#group, partition), token: randomUUID(), group: this.#group };
    const asked = performance.now();
    const knownEpoch = this.#epochs.get(partition) ?? 0;
    const answer = await acquire(client.connection(), place, { owner: this.member, leaseMs, knownEpoch });
    if (!answer.taken) {
      this.#refreshIn(Math.min(answer.remainingMs + 1, 1_000));
      return;
    }
    this.#epochs.set(partition, answer.epoch);
    const lease = new RedisLease(
      this.#context,
      {
        holder: new LeaseConsumer({ ...place, owner: this.member, epoch: answer.epoch }),
        partition,
        epoch: answer.epoch,
        join: this.#options,
        topics: this.#topics[partition] ?? [],
        onGone: (gone) => this.#forget(gone),
        onRenewed: (error) => {
          if (error === undefined) this.#health.worked(leaseWork(partition));
          else this.#health.failed(leaseWork(partition), error);
        },
      },
      asked + leaseMs,
    );
    this.#leases.set(partition, lease);
    try {
      await lease.start(!answer.clean);
    } catch (error) {
      // Not given back: what the last owner left must still be treated with care.
      lease.lose();
      throw error;
    }
    if (lease.lost.aborted) return;
    if (this.#left) await lease[Symbol.asyncDispose]();
    else this.#gained.push(lease);
  }

  #forget(lease: RedisLease): void {
    if (this.#leases.get(lease.partition) !== lease) return;
    this.#leases.delete(lease.partition);
    if (lease.ranOut) {
      this.#ranOut.add(lease);
      // Also where the partition goes to somebody else.
      this.#giveBackLate(lease.partition).catch(() => undefined);
    }
    this.#heartbeat.refresh();
  }

  async #giveBackLate(partition: number): Promise<void> {
    const late = this.#ranOut.giveBack(partition, (lease, oldest) => lease.giveBackLate(oldest));
    if (late) late.stored(await late.given);
  }

  #renew(): void {
    const { ms } = this.#leaseTime;
    for (const lease of this.#leases.values()) lease.renew(ms);
  }
}

function leaseWork(partition: number): string {
  return `hold the lease of partition ${partition}`;
}

async function topicsByPartition(context: DriverContext, topics: readonly string[]): Promise<string[][]> {
  const byPartition: string[][] = [];
  for (const topic of topics) {
    const { partitions } = await context.topics.topic(topic);
    for (let partition = 0; partition < partitions; partition++) {
      byPartition[partition] ??= [];
      byPartition[partition]?.push(topic);
    }
  }
  return byPartition;
}
