import type { Observer } from '@millrace/streams';
import type { Attributes } from '@opentelemetry/api';
import type { Metrics } from './metrics.ts';
import { RebalanceCounter } from './rebalance-counter.ts';

/** Feeds what groups tell about themselves into metrics. */
export function groupMetrics(metrics: Metrics): Observer {
  const handled = metrics.counter('handled');
  const handling = metrics.histogram('handling');
  const settled = metrics.counter('settled');
  const outputs = metrics.counter('outputs');
  const committing = metrics.histogram('committing');
  const endToEnd = metrics.histogram('endToEnd');
  const redelivered = metrics.counter('redelivered');
  const failed = metrics.counter('failed');
  const deadLettered = metrics.counter('deadLettered');
  const deduplicated = metrics.counter('deduplicated');
  const troubles = metrics.counter('troubles');
  const leaseEvents = metrics.counter('leaseEvents');
  const leases = metrics.upDownCounter('leases');
  const rebalances = new RebalanceCounter(metrics.counter('rebalances'));
  return {
    leaseGained({ group }) {
      leaseEvents.add(1, { group, event: 'gained' });
      leases.add(1, { group });
      rebalances.moved(group);
    },
    leaseEnded({ group, reason }) {
      leaseEvents.add(1, { group, event: reason });
      leases.add(-1, { group });
      rebalances.moved(group);
    },
    handled({ group, topic, messages, durationMs }) {
      const labels: Attributes = { group, topic };
      handled.add(messages, labels);
      handling.record(durationMs / 1000, labels);
    },
    committed({ group, records, outputs: stored, durationMs }) {
      const labels: Attributes = { group };
      settled.add(records.length, labels);
      outputs.add(stored, labels);
      committing.record(durationMs / 1000, labels);
      const now = Date.now();
      // Clocks of two machines may differ: nothing was acknowledged before it was published.
      for (const { timestamp } of records) endToEnd.record(Math.max(now - timestamp, 0) / 1000, labels);
    },
    redelivered: ({ group }) => redelivered.add(1, { group }),
    failed: ({ group, error }) => failed.add(1, { group, code: error.code }),
    deadLettered: ({ group, error }) => deadLettered.add(1, { group, code: error.code }),
    deduplicated: ({ group }) => deduplicated.add(1, { group }),
    error: ({ group, error }) => troubles.add(1, { group, code: error.code }),
  };
}
