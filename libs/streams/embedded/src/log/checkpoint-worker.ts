import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** How long a restart of the write-ahead log waits for readers and writers; it holds the write lock meanwhile. */
const restartWaitMs = 200;

export type CheckpointMode = 'PASSIVE' | 'RESTART';

const database = new DatabaseSync(String(workerData), { timeout: restartWaitMs });
database.exec('PRAGMA synchronous = NORMAL');
database.exec('PRAGMA cache_size = -256');

parentPort?.on('message', (mode: CheckpointMode | 'close') => {
  if (mode === 'close') {
    database.close();
    parentPort?.close();
    return;
  }
  try {
    database.exec(`PRAGMA wal_checkpoint(${mode})`);
  } catch {
    // A full disk or a busy log: the next round tries again, and writers meet the same error themselves.
  }
  parentPort?.postMessage('done');
});
