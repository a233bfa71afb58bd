import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhen } from './require-service.ts';

/** A disk of its own, mounted at a new folder until it is disposed. */
export interface SmallDisk extends Disposable {
  readonly folder: string;
  /** Uses up all but `leaving` bytes. */
  fill(leaving: number): void;
  /** Gives back what `fill` has used. */
  makeRoom(): void;
}

/** `describe` for tests that fill a disk: skipped, with the reason, where this user or machine can mount none. */
export const requireSmallDisk: (name: string, body: () => void) => void = (name, body) =>
  describeWhen(whyNone())(name, body);

/** `size`: in MiB. */
export function mountSmallDisk(size: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${size}m`, 'tmpfs', folder];
  try {
    execFileSync('mount', options, { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: (leaving) => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leaving)));
    },
    makeRoom: () => rmSync(filler),
    [Symbol.dispose]: () => {
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function whyNone(): Parameters<typeof describeWhen>[0] {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { state: 'skip', reason: 'a small disk: to mount one takes root on Linux' };
  try {
    mountSmallDisk(1)[Symbol.dispose]();
    return { state: 'available' };
  } catch {
    return { state: 'skip', reason: 'a small disk: this machine lets nobody mount one' };
  }
}
