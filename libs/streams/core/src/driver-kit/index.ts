export { setHeader } from '../set-header.ts';
export { sizeOf, totalSize } from '../size-of.ts';
export { assign, type Candidate } from './assignment.ts';
export { mask } from './mask.ts';
export { type DriverMember, Members } from './members.ts';
export { Notices } from './notices.ts';
export { Queue } from './queue.ts';
export { spells } from './spells.ts';
