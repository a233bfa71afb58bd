import { writeSync } from 'node:fs';
import { isStreamsError } from '@millrace/streams';
import type { MemberEvent } from './events.ts';

const standardOutput = 1;

/** Writes the event before it returns, so that a process that kills itself next has said it. */
export function report(event: MemberEvent): void {
  writeSync(standardOutput, `${JSON.stringify(event)}\n`);
}

export function codeOf(error: unknown): string {
  return isStreamsError(error) ? error.code : 'NOT_A_STREAMS_ERROR';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
