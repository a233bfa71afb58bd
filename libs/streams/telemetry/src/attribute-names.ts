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
  | 'attempt'
  | 'linkReason'
  | 'errorType'
  | 'requestMethod'
  | 'route'
  | 'responseStatus'
  | 'databaseSystem'
  | 'databaseOperation'
  | 'protocol';

/**
 * Every attribute that a span or a link can have; a test holds the code to this list. Semantic conventions of
 * OpenTelemetry (1.45) where there are any. None may hold what tells about a person: no key, value, address or amount,
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
  batchSize: 'messaging.batch.message_count',
  /** Together with topic and partition the position of the record, as the CLI and the logs write it. */
  offset: 'millrace.message.offset',
  /** Above 1 at a redelivery; attempts that ended with their process count too. */
  attempt: 'millrace.message.attempt',
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
