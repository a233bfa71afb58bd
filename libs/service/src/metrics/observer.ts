import type { Observer } from '@millrace/streams';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Logger } from '../logging/logger.ts';

const seconds = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Feeds what groups tell about themselves into metrics, and what a person should see into the log. */
export function observeGroups(registry: Registry, log: Logger): Observer {
  const counter = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
  ): Counter<Label> => new Counter({ name, help, labelNames, registers: [registry] });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
  ): Histogram<Label> => new Histogram({ name, help, labelNames, buckets: seconds, registers: [registry] });

  const handled = counter('streams_messages_handled_total', 'Messages that handlers dealt with', [
    'group',
    'topic',
  ]);
  const handling = histogram('streams_handler_duration_seconds', 'Time in handlers, per batch', [
    'group',
    'topic',
  ]);
  const settled = counter('streams_messages_settled_total', 'Messages settled by commits', ['group']);
  const outputs = counter('streams_outputs_total', 'Records stored by commits', ['group']);
  const committing = histogram('streams_commit_duration_seconds', 'Time of a commit', ['group']);
  const redelivered = counter('streams_messages_redelivered_total', 'Messages delivered again', ['group']);
  const failed = counter('streams_handler_failures_total', 'Attempts that failed', ['group', 'code']);
  const deadLettered = counter('streams_messages_dead_lettered_total', 'Messages given up on', [
    'group',
    'code',
  ]);
  const deduplicated = counter('streams_messages_deduplicated_total', 'Messages dropped as repeats', [
    'group',
  ]);
  const troubles = counter('streams_troubles_total', 'Failures outside the handlers', ['group', 'code']);
  const leaseEvents = counter('streams_lease_events_total', 'Leases gained, released and lost', [
    'group',
    'event',
  ]);
  const leases = new Gauge({
    name: 'streams_leases',
    help: 'Partitions held now',
    labelNames: ['group'],
    registers: [registry],
  });

  return {
    leaseGained({ group, partition, epoch }) {
      leaseEvents.inc({ group, event: 'gained' });
      leases.inc({ group });
      log.debug({ group, partition, epoch }, 'lease gained');
    },
    leaseEnded({ group, partition, reason }) {
      leaseEvents.inc({ group, event: reason });
      leases.dec({ group });
      log[reason === 'lost' ? 'warn' : 'debug']({ group, partition }, `lease ${reason}`);
    },
    handled({ group, topic, messages, durationMs }) {
      handled.inc({ group, topic }, messages);
      handling.observe({ group, topic }, durationMs / 1000);
    },
    committed(event) {
      settled.inc({ group: event.group }, event.settled);
      outputs.inc({ group: event.group }, event.outputs);
      committing.observe({ group: event.group }, event.durationMs / 1000);
    },
    redelivered: ({ group }) => redelivered.inc({ group }),
    failed({ group, message, attempt, error }) {
      failed.inc({ group, code: error.code });
      const { topic, partition, offset } = message;
      log.warn({ group, topic, partition, offset, attempt, err: error }, 'message failed');
    },
    deadLettered({ group, message, attempts, error }) {
      deadLettered.inc({ group, code: error.code });
      const { topic, partition, offset } = message;
      log.error(
        { group, topic, partition, offset, attempts, code: error.code, reason: error.message },
        'message given up on',
      );
    },
    deduplicated: ({ group }) => deduplicated.inc({ group }),
    trouble({ group, error, fatal }) {
      troubles.inc({ group, code: error.code });
      log[fatal ? 'error' : 'warn'](
        { group, err: error },
        fatal ? 'group ended' : 'group in trouble, it goes on trying',
      );
    },
  };
}
