import type { Commit, Lease, Membership } from '../lease.ts';
import type { Names } from './names.ts';

export function namespacedMembership(inner: Membership, names: Names): Membership {
  return {
    member: inner.member,
    leave: () => inner.leave(),
    async *[Symbol.asyncIterator]() {
      for await (const lease of inner) yield namespacedLease(lease, names);
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

function namespacedLease(inner: Lease, names: Names): Lease {
  // A repeated commit must reach the driver as the same object, or it could be applied twice.
  const translated = new WeakMap<Commit, Commit>();
  return {
    group: names.strip(inner.group),
    partition: inner.partition,
    epoch: inner.epoch,
    revoked: inner.revoked,
    lost: inner.lost,
    async fetch(max, options) {
      const deliveries = await inner.fetch(max, options);
      for (const delivery of deliveries) names.stripTopicOf(delivery);
      return deliveries;
    },
    seek: (positions) => inner.seek(positions.map((position) => names.addTo(position))),
    load: (store, keys) => inner.load(store, keys),
    knownDedupeIds: (ids) => inner.knownDedupeIds(ids),
    commit(commit) {
      const known = translated.get(commit) ?? translateCommit(commit, names);
      translated.set(commit, known);
      return inner.commit(known);
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

function translateCommit(commit: Commit, names: Names): Commit {
  return {
    acknowledged: commit.acknowledged.map((position) => names.position(position)),
    outputs: commit.outputs.map((record) => names.outgoing(record)),
    state: commit.state,
    dedupeIds: commit.dedupeIds,
    ...(commit.failed && {
      failed: { record: names.position(commit.failed.record), attempts: commit.failed.attempts },
    }),
  };
}
