import { existsSync } from 'node:fs';
import type { Message } from '@millrace/streams';
import { commandOf } from './commands.ts';
import type { Item } from './items.ts';
import { report } from './report.ts';
import type { CrashPoint, Mishap } from './script.ts';

const blockMs = 5;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Whatever the script wants to go wrong before this message's effect. */
export async function mishapsBefore(mishaps: readonly Mishap[], message: Message<Item>): Promise<void> {
  const { id } = message.value;
  crashAt('before-handling', mishaps, [id]);
  for (const mishap of mishaps) {
    if (mishap.kind === 'crash' || mishap.id !== id) continue;
    switch (mishap.kind) {
      case 'throw':
        if (message.attempt <= mishap.times) throw new Error(`told to fail at ${id}`);
        break;
      case 'hold':
        report({ event: 'holding', id });
        await commandOf('proceed');
        break;
      case 'block':
        report({ event: 'holding', id });
        blockUntil(mishap.file);
        break;
      default:
        unknownMishap(mishap);
    }
  }
}

/** Dies by SIGKILL when the script says so for one of these ids. */
export function crashAt(point: CrashPoint, mishaps: readonly Mishap[], ids: readonly string[]): void {
  if (isDue(point, mishaps, ids)) die();
}

export function isDue(point: CrashPoint, mishaps: readonly Mishap[], ids: readonly string[]): boolean {
  return mishaps.some(
    (mishap) => mishap.kind === 'crash' && mishap.point === point && ids.includes(mishap.id),
  );
}

export function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Stops the whole thread until the file exists. */
export function blockUntil(file: string): void {
  while (!existsSync(file)) Atomics.wait(sleeper, 0, 0, blockMs);
}

function unknownMishap(never: never): never {
  throw new TypeError(`unknown mishap ${JSON.stringify(never)}`);
}
