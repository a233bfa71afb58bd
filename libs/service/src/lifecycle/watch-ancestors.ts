import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const lookMs = 1_000;
/** npm and what it runs commands with; the first ancestor that is none of them is whose terminal it is. */
const launcher = /(^|[\s/'"])(npm|npx|nx)(['"\s]|$)/;
/** A launcher starts no deeper than this. */
const deepest = 8;

/**
 * Calls `gone` once the process that started this one is dead, or npm, npx or nx above it: one that was killed by force
 * cannot tell those that it has started.
 */
export function watchAncestors(gone: (reason: string) => void): Disposable {
  const parent = process.ppid;
  let launchers: readonly number[] = [];
  void launchersAbove(parent).then((found) => {
    launchers = found;
  });
  const look = setInterval(() => {
    if (process.ppid === parent && launchers.every(isAlive)) return;
    clearInterval(look);
    gone('the process that started this one is gone');
  }, lookMs);
  look.unref();
  return { [Symbol.dispose]: () => clearInterval(look) };
}

async function launchersAbove(parent: number): Promise<readonly number[]> {
  const found: number[] = [];
  let current = parent;
  for (let depth = 0; depth < deepest; depth++) {
    const seen = await processOf(current);
    if (!seen || !launcher.test(seen.command)) break;
    found.push(current);
    current = seen.parent;
  }
  return found;
}

interface SeenProcess {
  readonly parent: number;
  readonly command: string;
}

/** Undefined where there is no `ps`, or no such process any more. */
async function processOf(id: number): Promise<SeenProcess | undefined> {
  // At once, since an ancestor that is killed before it is found is missed: on a busy machine `ps` takes seconds.
  if (process.platform === 'linux') return processInProc(id);
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'ppid=,args=', '-p', String(id)]);
    const [, parent, command] = /^\s*(\d+)\s+(.*)/.exec(stdout) ?? [];
    return parent === undefined || command === undefined ? undefined : { parent: Number(parent), command };
  } catch {
    return undefined;
  }
}

function processInProc(id: number): SeenProcess | undefined {
  const status = statusInProc(id);
  if (status === undefined) return undefined;
  try {
    const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trimEnd();
    return { parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]), command };
  } catch {
    return undefined;
  }
}

/** Undefined for a process that is gone, or ended and only waits for its parent to notice. */
function statusInProc(id: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    return /^State:\s*[ZX]/m.test(status) ? undefined : status;
  } catch {
    return undefined;
  }
}

function isAlive(id: number): boolean {
  if (process.platform === 'linux') return statusInProc(id) !== undefined;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
