import { writeSync } from 'node:fs';
import { isStreamsError } from '@millrace/streams';
import type { MemberEvent } from './events.ts';

const standardOutput = 1;
const fullPipeMs = 2;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Writes the event before it returns, so that a process that kills itself next has said it. */
export function report(event: MemberEvent): void {
  let rest = Buffer.from(`${JSON.stringify(event)}\n`);
  while (rest.length > 0) {
    const written = writeSome(rest);
    if (written === 0) Atomics.wait(sleeper, 0, 0, fullPipeMs);
    rest = rest.subarray(written);
  }
}

/** How many bytes went out; none while the pipe is full because the parent is slow to read. */
function writeSome(bytes: Buffer): number {
  try {
    return writeSync(standardOutput, bytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}

export function codeOf(error: unknown): string {
  return isStreamsError(error) ? error.code : 'NOT_A_STREAMS_ERROR';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
