import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const tailBytes = 16 * 1024;
const lineLength = 400;

/** The last lines of a log file, each cut to a readable length; empty when there is none. */
export function logTail(file: string, lines: number): readonly string[] {
  try {
    const text = readEnd(file);
    return text
      .trimEnd()
      .split('\n')
      .slice(-lines)
      .map((line) => (line.length > lineLength ? `${line.slice(0, lineLength)}…` : line));
  } catch {
    return [];
  }
}

function readEnd(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const buffer = Buffer.alloc(Math.min(size, tailBytes));
    readSync(handle, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } finally {
    closeSync(handle);
  }
}
