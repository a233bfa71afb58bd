import { once } from 'node:events';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { CheckpointMode } from './checkpoint-worker.ts';
import { integer, type Row } from './row.ts';

/** Bytes of the write-ahead log that are not yet in the database file when a checkpoint begins. */
const passiveBytes = 8 * 1024 * 1024;
/** Length of the write-ahead log at which writers wait for a moment so that it can begin again. */
const restartBytes = 64 * 1024 * 1024;
const checkMs = 100;

/**
 * Moves what is in the write-ahead log into the database file, in a thread of its own, since a checkpoint copies and
 * syncs for tens of milliseconds. Under steady load from many processes a passive checkpoint never reaches the end of
 * the log, so that it would grow for ever; past a bound it is restarted under the write lock.
 */
export class Checkpointer {
  readonly #file: string;
  readonly #pageSize: number;
  readonly #state: StatementSync;
  #worker: Worker | undefined;
  #running = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(database: DatabaseSync, file: string) {
    this.#file = file;
    this.#state = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#pageSize = integer(database.prepare('PRAGMA page_size').get(), 'page_size');
  }

  /** Called after every commit. */
  afterCommit(): void {
    if (this.#timer !== undefined || this.#running || this.#closed) return;
    this.#timer = setTimeout(() => this.#check(), checkMs * (0.5 + Math.random()));
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === undefined) return;
    worker.ref();
    worker.postMessage('close');
    await once(worker, 'exit');
  }

  #check(): void {
    this.#timer = undefined;
    const row = this.#look();
    if (row === undefined) {
      this.afterCommit();
      return;
    }
    const length = integer(row, 'log') * this.#pageSize;
    const waiting = length - integer(row, 'checkpointed') * this.#pageSize;
    // One process with a thread is enough: those without leave the work to it for a while.
    const patience = this.#worker === undefined ? 2 : 1;
    if (length > restartBytes * patience) this.#run(['PASSIVE', 'RESTART']);
    else if (waiting > passiveBytes * patience) this.#run(['PASSIVE']);
  }

  /** Undefined where it fails, as while another process holds the lock: nobody catches what a timer throws. */
  #look(): Row | undefined {
    try {
      return this.#state.get();
    } catch {
      return undefined;
    }
  }

  #run(modes: readonly CheckpointMode[]): void {
    const worker = this.#startedWorker();
    this.#running = true;
    let left = modes.length;
    const done = () => {
      left -= 1;
      if (left > 0) return;
      worker.off('message', done);
      this.#running = false;
      this.afterCommit();
    };
    worker.on('message', done);
    for (const mode of modes) worker.postMessage(mode);
  }

  #startedWorker(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const own = import.meta.url.endsWith('.ts') ? './checkpoint-worker.ts' : './checkpoint-worker.js';
    const worker = new Worker(new URL(own, import.meta.url), { workerData: this.#file, execArgv: [] });
    worker.unref();
    worker.on('error', () => {
      this.#worker = undefined;
      this.#running = false;
    });
    this.#worker = worker;
    return worker;
  }
}
