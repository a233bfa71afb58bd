import type { CompetingCommit, CompetingMember } from '../competing.ts';
import type { Names } from './names.ts';

export function namespacedCompeting(inner: CompetingMember, names: Names): CompetingMember {
  // A repeated commit must reach the driver as the same object, or it would look like another one.
  const translated = new WeakMap<CompetingCommit, CompetingCommit>();
  const translate = (commit: CompetingCommit): CompetingCommit => {
    const known = translated.get(commit) ?? {
      ...commit,
      record: names.acknowledged(commit.record),
      outputs: commit.outputs.map((record) => names.outgoing(record)),
    };
    translated.set(commit, known);
    return known;
  };
  return {
    member: inner.member,
    lost: inner.lost,
    fetch: async (max, options) =>
      (await inner.fetch(max, options)).map((delivery) => names.delivered(delivery)),
    commit: (commits) => inner.commit(commits.map(translate)),
    release: (deliveries) => inner.release(deliveries.map((delivery) => names.addTo(delivery))),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}
