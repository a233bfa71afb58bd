export type AttributeName =
  | 'system'
  | 'operationName'
  | 'operationType'
  | 'destination'
  | 'partition'
  | 'group'
  | 'messageId'
  | 'batchSize'
  | 'offset'
  | 'kafkaOffset'
  | 'kafkaTombstone'
  | 'attempt'
  | 'deadLetterCode'
  | 'linkReason'
  | 'errorType'
  | 'requestMethod'
  | 'route'
  | 'responseStatus'
  | 'databaseSystem'
  | 'databaseOperation'
  | 'protocol';

/** The version of OpenTelemetry's semantic conventions that spans and metrics follow; spans name it by its schema. */
export const conventions = '1.45.0';

/**
 * Every attribute that a span or a link can have; a test holds the code to this list. Names of the semantic conventions
 * where there are any. None may hold what tells about a person: no key, value, address or amount,
 * no text of an error.
 */
export const attributeNames: Readonly<Record<AttributeName, string>> = {
  system: 'messaging.system.name',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  group: 'messaging.consumer.group.name',
  messageId: 'messaging.message.id',
  /** Of an operation on several messages, the number of them. */
  batchSize: 'messaging.batch.message_count',
  /** Together with topic and partition the position of the record, as the CLI and the logs write it. Not on Kafka. */
  offset: 'millrace.message.offset',
  /** The same on Kafka, a number. */
  kafkaOffset: 'kafka.offset',
  /** True for a record without a value on Kafka, else absent. */
  kafkaTombstone: 'kafka.message.tombstone',
  /** Above 1 at a redelivery; attempts that ended with their process count too. */
  attempt: 'millrace.message.attempt',
  /** Of a dead letter, the code of the error that its message failed with; writing the dead letter did not fail. */
  deadLetterCode: 'millrace.dead_letter.code',
  /** On a link: `batch`, `earlier-attempt` or `cause`. */
  linkReason: 'millrace.link.reason',
  /** A code of the streams library, an HTTP status or the name of an error. */
  errorType: 'error.type',
  requestMethod: 'http.request.method',
  route: 'http.route',
  responseStatus: 'http.response.status_code',
  databaseSystem: 'db.system.name',
  databaseOperation: 'db.operation.name',
  protocol: 'network.protocol.name',
};
