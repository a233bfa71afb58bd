export type { DriverAdmin } from '../admin.ts';
export type { CompetingCommit, CompetingMember } from '../competing.ts';
export { createStreams } from '../create-streams.ts';
export type { AppendOptions, Capabilities, GroupOptions, JoinOptions, ReadOptions } from '../driver.ts';
export { toStreamsError } from '../errors.ts';
export type { Commit, Lease, Membership, StateWrite } from '../lease.ts';
export type { OpenDriver, OpenDriverOptions } from '../open/drivers.ts';
export { embeddedFile } from '../open/drivers.ts';
export type { ReadBytes } from '../record.ts';
export { headerOf, headersOf, readHeader, setHeader, sizeOf, totalSize } from '../record-access.ts';
export { type RetryOptions, retry } from '../retry.ts';
export { assign, type Candidate } from './assignment.ts';
export { CommitSequence } from './commit-sequence.ts';
export { byTopic, DeliveredOffsets } from './delivered-offsets.ts';
export { equalsUtf8 } from './equals-utf8.ts';
export { type LeaseCursor, LeaseReader, type LeaseReaderOptions } from './lease-reader.ts';
export { type LeaseIdentity, type LeaseState, LeaseStates } from './lease-states.ts';
export { MemberHealth, type MemberHealthOptions } from './member-health.ts';
export { type MemberState, memberStates } from './member-states.ts';
export { type DriverMember, Members, Notices } from './members.ts';
export { Queue } from './queue.ts';
export {
  parseRetention,
  retentionChanged,
  retentionKept,
  sameRetention,
  storedRetention,
} from './retention.ts';
export { RunOutLeases } from './run-out-leases.ts';
export {
  addressOf,
  type Endpoint,
  parseServerUrl,
  type ServerUrl,
  type ServerUrlForm,
  urlError,
} from './server-url.ts';
export { StateTable, type Transitions } from './state-table.ts';
