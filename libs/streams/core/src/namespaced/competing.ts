import type { CompetingMember } from '../competing.ts';
import type { Names } from './names.ts';

export function namespacedCompeting(inner: CompetingMember, names: Names): CompetingMember {
  return {
    member: inner.member,
    lost: inner.lost,
    fetch: async (max, options) =>
      (await inner.fetch(max, options)).map((delivery) => names.delivered(delivery)),
    commit: (steps) =>
      inner.commit(
        steps.map((step) => ({
          ...step,
          record: names.settled(step.record),
          outputs: step.outputs.map((record) => names.outgoing(record)),
        })),
      ),
    release: (deliveries) => inner.release(deliveries.map((delivery) => names.addTo(delivery))),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}
