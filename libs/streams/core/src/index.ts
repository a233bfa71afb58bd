export type {
  DeadLetter,
  DriverAdmin,
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
export type { CompetingMember, CompetingStep } from './competing.ts';
export type {
  Acks,
  AppendOptions,
  Capabilities,
  Driver,
  GroupOptions,
  JoinOptions,
  Notice,
  Once,
  ReadOptions,
} from './driver.ts';
export { isStreamsError, Rejected, StreamsError, type StreamsErrorCode, toStreamsError } from './errors.ts';
export type { Lease, Membership, StateWrite, Step } from './lease.ts';
export { formatPosition, type Position, parsePosition } from './position.ts';
export type { Bytes, Delivery, Headers, NewRecord, StoredRecord } from './record.ts';
export type { End, Start } from './start.ts';
