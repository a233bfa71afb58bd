import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Resident memory of a process in bytes; undefined when it is gone. `peak` is exact where the system keeps it (Linux). */
export interface Resident {
  readonly now: number;
  readonly peak: number;
}

export function residentMemory(processId: number): Resident | undefined {
  try {
    return process.platform === 'linux' ? fromProc(processId) : fromPs(processId);
  } catch {
    return undefined;
  }
}

function fromProc(processId: number): Resident | undefined {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  const now = kibibytes(status, /^VmRSS:\s+(\d+) kB$/m);
  return now === undefined ? undefined : { now, peak: kibibytes(status, /^VmHWM:\s+(\d+) kB$/m) ?? now };
}

function kibibytes(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
}

function fromPs(processId: number): Resident | undefined {
  if (process.platform === 'win32') return undefined;
  const output = execFileSync('ps', ['-o', 'rss=', '-p', String(processId)], { encoding: 'utf8' });
  const now = Number(output.trim()) * 1024;
  return now > 0 ? { now, peak: now } : undefined;
}
