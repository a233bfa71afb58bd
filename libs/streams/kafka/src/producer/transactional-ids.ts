import { randomUUID } from 'node:crypto';

/** Behind a producer's name: the transactional id of its appends, and the group whose offsets are the sequences it has stored. */
export const onceSuffix = '-once';

const atomicAppender = /-append-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Of a client's appends that are stored whole or not at all; it begins with a topic's name, as rights are given by prefix. */
export function atomicAppenderId(topic: string): string {
  return `${topic}-append-${randomUUID()}`;
}

export function isAtomicAppender(transactionalId: string): boolean {
  return atomicAppender.test(transactionalId);
}
