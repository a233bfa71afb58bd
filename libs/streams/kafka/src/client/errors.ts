import { maskCredentials, StreamsError, type StreamsErrorCode } from '@millrace/streams';
import { KafkaError } from './kafka-error.ts';

const codes: Readonly<Record<string, StreamsErrorCode>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'UNKNOWN_TOPIC',
  MESSAGE_TOO_LARGE: 'TOO_LARGE',
  RECORD_LIST_TOO_LARGE: 'TOO_LARGE',
  NOT_ENOUGH_REPLICAS: 'NOT_REPLICATED',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'NOT_REPLICATED',
  ILLEGAL_GENERATION: 'FENCED',
  UNKNOWN_MEMBER_ID: 'FENCED',
  FENCED_INSTANCE_ID: 'FENCED',
  INVALID_PRODUCER_EPOCH: 'FENCED',
  PRODUCER_FENCED: 'FENCED',
  INVALID_PRODUCER_ID_MAPPING: 'FENCED',
  TOPIC_AUTHORIZATION_FAILED: 'UNAUTHORIZED',
  GROUP_AUTHORIZATION_FAILED: 'UNAUTHORIZED',
  CLUSTER_AUTHORIZATION_FAILED: 'UNAUTHORIZED',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'UNAUTHORIZED',
  SASL_AUTHENTICATION_FAILED: 'UNAUTHORIZED',
  UNSUPPORTED_SASL_MECHANISM: 'UNAUTHORIZED',
  // What was said in a login did not fit together: another connection begins it anew.
  ILLEGAL_SASL_STATE: 'UNAVAILABLE',
  INVALID_TOPIC_EXCEPTION: 'INVALID_ARGUMENT',
  INVALID_PARTITIONS: 'INVALID_ARGUMENT',
  INVALID_REPLICATION_FACTOR: 'INVALID_ARGUMENT',
  INVALID_CONFIG: 'INVALID_ARGUMENT',
  INVALID_RECORD: 'INVALID_RECORD',
  INVALID_TIMESTAMP: 'INVALID_RECORD',
  POLICY_VIOLATION: 'INVALID_ARGUMENT',
  NON_EMPTY_GROUP: 'GROUP_ACTIVE',
  INCONSISTENT_GROUP_PROTOCOL: 'GROUP_ACTIVE',
  GROUP_ID_NOT_FOUND: 'UNKNOWN_GROUP',
  UNSUPPORTED_VERSION: 'UNSUPPORTED',
  KAFKA_STORAGE_ERROR: 'UNAVAILABLE',
};

const network =
  /ECONN|EPIPE|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EAI_AGAIN|EMFILE|ENFILE|socket|ssl/i;
/** Nobody vouches for the broker, or for another name: waiting mends nothing. */
const distrust = /certificate|altname/i;

/** Anything thrown below the driver as the library's error; passwords never appear in it. */
export function translate(error: unknown, doing: string): StreamsError {
  if (error instanceof StreamsError) return error;
  const message = maskCredentials(error instanceof Error ? error.message : String(error));
  const code = codeOf(error, message);
  const doubt = code === 'NOT_REPLICATED' ? '; the records may be stored all the same' : '';
  return new StreamsError(code, `Kafka: ${doing}: ${message}${doubt}`, {
    cause: new Error(message),
  });
}

function codeOf(error: unknown, message: string): StreamsErrorCode {
  if (error instanceof KafkaError) return codeOfAnswer(error);
  if (distrust.test(message)) return 'UNAUTHORIZED';
  return network.test(message) ? 'UNAVAILABLE' : 'INTERNAL';
}

function codeOfAnswer({ type, transient }: KafkaError): StreamsErrorCode {
  const code = codes[type];
  // A request that may succeed later cannot be a wrong one.
  if (code === undefined || (transient && code === 'INVALID_ARGUMENT'))
    return transient ? 'UNAVAILABLE' : 'INTERNAL';
  return code;
}

/** Worth another try: a broker that is away, a leader that moved, a coordinator that is starting. */
export function isTransient(error: unknown): boolean {
  if (error === undefined) return false;
  if (error instanceof KafkaError) return error.transient;
  return translate(error, '').code === 'UNAVAILABLE';
}

export function unknownTopic(name: string): StreamsError {
  return new StreamsError('UNKNOWN_TOPIC', `the topic ${name} does not exist; create it with ensureTopics`);
}
