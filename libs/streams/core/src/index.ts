export type {
  DeadLetter,
  GroupDescription,
  GroupPartition,
  MemberDescription,
  PartitionDescription,
  PendingEntry,
  Retention,
  TopicDescription,
  TopicSpec,
  TrimOptions,
} from './admin.ts';
export { bytes, type Codec, json, text } from './codec.ts';
export type { KeyedMessage, Message } from './decode.ts';
export type { Acks, Driver, Notice, Once } from './driver.ts';
export { isStreamsError, Rejected, StreamsError, type StreamsErrorCode } from './errors.ts';
export { FileIdentity } from './file-identity.ts';
export { makeFolder } from './make-folder.ts';
export { maskCredentials } from './mask-credentials.ts';
export {
  type HandlerCall,
  type HandlerLogEntry,
  type Middleware,
  middleware,
  type Next,
  type ThrottleOptions,
} from './middleware/index.ts';
export type { Observer } from './observer.ts';
export { type OpenStreamsOptions, openDriver, openStreams } from './open/open-streams.ts';
export { resolveStreamsUrl, streamsUrlProblem } from './open/url.ts';
export {
  type AtLeastOnceOptions,
  type AtMostOnceOptions,
  type CompetingExactlyOnceOptions,
  type Dedupe,
  type ExactlyOnceOptions,
  type External,
  type ExternalOptions,
  external,
  type Failure,
  type PublishOptions,
  type PublishTogetherOptions,
  type ReadMessagesOptions,
  type RunOptions,
} from './options.ts';
export { type PartitionerName, partitionOf } from './partitioner.ts';
export type { End, Start } from './position.ts';
export { formatPosition, type Position, parsePosition } from './position.ts';
export { type Outgoing, outgoing } from './publish.ts';
export type {
  Bytes,
  Delivery,
  Headers,
  HeaderValue,
  HeaderValues,
  NewRecord,
  RawHeader,
  StoredRecord,
} from './record.ts';
export { rawHeadersOf } from './record-access.ts';
export { exponential, type Retry, type RetryOptions, retry } from './retry.ts';
export {
  type BatchContext,
  type BatchHandler,
  type BatchRoute,
  type Context,
  type ForwardedRecord,
  type ForwardOptions,
  type Handler,
  type KeyedBatchHandler,
  type KeyedHandler,
  on,
  onBatch,
  type Route,
  type SendOptions,
  type StateAccess,
  type StatefulContext,
} from './routes.ts';
export type { Running } from './running.ts';
export { anySignal } from './signals.ts';
export { type Store, store } from './store.ts';
export type { Streams } from './streams.ts';
export type { Admin, TopicOrName, TopicToEnsure } from './streams-admin.ts';
export {
  type KeyedTopic,
  type KeyedTopicOptions,
  rawTopic,
  type Topic,
  type TopicOptions,
  topic,
} from './topic.ts';
