import { DatabaseSync } from 'node:sqlite';
import { ReplayError } from '../replay-error.ts';
import type { RunFolder } from './run-folder.ts';

/**
 * Keeps a second replay out of the run. The lock is SQLite's lock on an empty file: the system gives it back when this
 * process ends, however it ends. Keep what is returned: the lock is gone with it.
 */
export function lockRun(folder: RunFolder): Disposable {
  const database = new DatabaseSync(folder.lock, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!isLocked(error)) throw error;
    throw new ReplayError(
      `run ${folder.name} is being replayed by another process; stop that one first, or start a new run without --run`,
    );
  }
  return { [Symbol.dispose]: () => database.close() };
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && /database is locked/.test(error.message);
}
