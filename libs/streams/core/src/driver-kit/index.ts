export { embeddedFile } from '../open/drivers.ts';
export { setHeader, sizeOf, totalSize } from '../record-access.ts';
export { type RetryOptions, retry } from '../retry.ts';
export { assign, type Candidate } from './assignment.ts';
export { equalsUtf8, equalsUtf8 as spells } from './equals-utf8.ts';
export { mask } from './mask.ts';
export { type DriverMember, Members, Notices } from './members.ts';
export { Queue } from './queue.ts';
export { parseRetention, storedRetention } from './stored-retention.ts';
