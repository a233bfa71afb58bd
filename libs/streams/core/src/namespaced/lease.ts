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
  // A repeated step must reach the driver as the same object, or it could be applied twice.
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
    commit(step) {
      const known = translated.get(step) ?? translateStep(step, names);
      translated.set(step, known);
      return inner.commit(known);
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

function translateStep(step: Commit, names: Names): Commit {
  return {
    acknowledged: step.acknowledged.map((position) => names.position(position)),
    outputs: step.outputs.map((record) => names.outgoing(record)),
    state: step.state,
    dedupeIds: step.dedupeIds,
    ...(step.failed && {
      failed: { record: names.position(step.failed.record), attempts: step.failed.attempts },
    }),
  };
}
