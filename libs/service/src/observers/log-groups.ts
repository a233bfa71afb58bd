import type { Observer } from '@millrace/streams';
import type { Logger } from '../logging/logger.ts';

/** Puts what a person should see of what groups tell about themselves into the log. */
export function logGroups(log: Logger): Observer {
  return {
    leaseGained({ group, partition, epoch }) {
      log.debug({ group, partition, epoch }, 'lease gained');
    },
    leaseEnded({ group, partition, reason }) {
      log[reason === 'lost' ? 'warn' : 'debug']({ group, partition }, `lease ${reason}`);
    },
    failed({ group, message, attempt, error }) {
      const { topic, partition, offset } = message;
      log.warn({ group, topic, partition, offset, attempt, err: error }, 'message failed');
    },
    deadLettered({ group, message, attempts, error }) {
      const { topic, partition, offset } = message;
      log.error(
        { group, topic, partition, offset, attempts, code: error.code, reason: error.message },
        'message given up on',
      );
    },
    error({ group, error, fatal }) {
      log[fatal ? 'error' : 'warn'](
        { group, err: error },
        fatal ? 'group ended' : 'group in trouble, it goes on trying',
      );
    },
    recovered({ group }) {
      log.info({ group }, 'group works again');
    },
  };
}
