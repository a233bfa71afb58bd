import { isKafkaError } from '../client/kafka-error.ts';

/** Why a group takes no member. */
export function joinError(error: unknown, group: string): string {
  if (isKafkaError(error, 'INVALID_SESSION_TIMEOUT'))
    return `the group ${group} has a leaseMs that the broker does not allow (group.min.session.timeout.ms and group.max.session.timeout.ms)`;
  if (isKafkaError(error, 'INCONSISTENT_GROUP_PROTOCOL'))
    return `the group ${group} has members of another program`;
  return `the group ${group} could not be joined`;
}
