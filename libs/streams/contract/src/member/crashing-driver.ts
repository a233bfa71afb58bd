import { type Driver, formatPosition, type StoredRecord } from '@millrace/streams';
import type { Commit, CompetingCommit, CompetingMember, Lease, Membership } from '@millrace/streams/driver';
import { crashAt, die, isDue } from './mishaps.ts';
import type { Mishap } from './script.ts';

const latestMs = 4;
/** Set once the process is about to die during a commit: a commit that begins after that one never reaches the backend. */
let dying = false;

/** The driver as it is, but for commits at which the script wants the process to die. */
export function withCrashes(driver: Driver, mishaps: readonly Mishap[]): Driver {
  return {
    name: driver.name,
    capabilities: driver.capabilities,
    admin: driver.admin,
    partitions: (topic) => driver.partitions(topic),
    append: (records, options) => driver.append(records, options),
    read: (topic, partition, from, options) => driver.read(topic, partition, from, options),
    join: async (group, options) => crashingMembership(await driver.join(group, options), mishaps),
    compete: async (group, options) => crashingMember(await driver.compete(group, options), mishaps),
    compareOffsets: (a, b) => driver.compareOffsets(a, b),
    onNotice: (listener) => driver.onNotice(listener),
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose](),
  };
}

function crashingMembership(membership: Membership, mishaps: readonly Mishap[]): Membership {
  return {
    member: membership.member,
    async *[Symbol.asyncIterator]() {
      for await (const lease of membership) yield crashingLease(lease, mishaps);
    },
    leave: () => membership.leave(),
    [Symbol.asyncDispose]: () => membership[Symbol.asyncDispose](),
  };
}

function crashingLease(lease: Lease, mishaps: readonly Mishap[]): Lease {
  const ids = new Map<string, string>();
  return {
    group: lease.group,
    partition: lease.partition,
    epoch: lease.epoch,
    revoked: lease.revoked,
    lost: lease.lost,
    async fetch(max, options) {
      const deliveries = await lease.fetch(max, options);
      for (const delivery of deliveries) ids.set(formatPosition(delivery), idOf(delivery));
      return deliveries;
    },
    seek: (positions) => lease.seek(positions),
    load: (store, keys) => lease.load(store, keys),
    knownDedupeIds: (ids) => lease.knownDedupeIds(ids),
    commit(commit: Commit) {
      const balanced = commit.acknowledged.map((position) => ids.get(formatPosition(position)) ?? '');
      return aroundCommit(mishaps, balanced, () => lease.commit(commit));
    },
    [Symbol.asyncDispose]: () => lease[Symbol.asyncDispose](),
  };
}

function crashingMember(member: CompetingMember, mishaps: readonly Mishap[]): CompetingMember {
  return {
    member: member.member,
    lost: member.lost,
    fetch: (max, options) => member.fetch(max, options),
    commit: (commits: readonly CompetingCommit[]) => {
      const balanced = commits.filter((commit) => commit.acknowledged).map(({ record }) => idOf(record));
      return aroundCommit(mishaps, balanced, () => member.commit(commits));
    },
    release: (deliveries) => member.release(deliveries),
    [Symbol.asyncDispose]: () => member[Symbol.asyncDispose](),
  };
}

async function aroundCommit<Result>(
  mishaps: readonly Mishap[],
  balanced: readonly string[],
  commit: () => Promise<Result>,
): Promise<Result> {
  if (dying) return await Promise.withResolvers<Result>().promise;
  crashAt('before-commit', mishaps, balanced);
  if (isDue('during-commit', mishaps, balanced)) {
    dying = true;
    setTimeout(die, Math.random() * latestMs);
  }
  const result = await commit();
  crashAt('after-commit', mishaps, balanced);
  return result;
}

/** Items carry their id as a header, so a crash point needs no decoding. */
function idOf(record: StoredRecord): string {
  return record.headers.id ?? '';
}
