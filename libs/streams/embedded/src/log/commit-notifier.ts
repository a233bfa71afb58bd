import { closeSync, constants, type FSWatcher, openSync, watch, writeSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { integer } from './row.ts';
import { closedError, isBusy } from './sqlite-error.ts';

const pollMs = 100;
const shortPollMs = 2;
const trialMs = 500;

/**
 * Tells waiting readers that something was committed, by this process or another. Writers touch the wake-up file after
 * a commit; a watch on it wakes within a millisecond and costs nothing while all is quiet. A slow poll of SQLite's
 * change counter covers what the wake-up file misses, and a fast one takes over where files cannot be watched.
 */
export class CommitNotifier {
  readonly #file: string;
  readonly #wakeUpFile: string;
  readonly #changes: StatementSync;
  readonly #listeners: Set<() => void> = new Set();
  #descriptor: number | undefined;
  #watcher: FSWatcher | undefined;
  #watchWorks = false;
  #pollMs = pollMs;
  #trial: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;
  #lastChange = -1;
  #waiters: (() => void)[] = [];
  #version = 0;
  #closed = false;

  constructor(database: DatabaseSync, file: string) {
    this.#file = file;
    this.#wakeUpFile = `${file}-bell`;
    this.#changes = database.prepare('PRAGMA data_version');
    this.#descriptor = openSync(this.#wakeUpFile, constants.O_RDWR | constants.O_CREAT, 0o666);
    this.#startWatching();
  }

  /** Grows with everything that happens; read it before looking, then wait for what comes after it. */
  get version(): number {
    return this.#version;
  }

  /** This process committed something that others wait for. */
  notify(): void {
    if (this.#descriptor !== undefined) writeSync(this.#descriptor, '.', 0);
    this.wake();
  }

  /** Wakes the waiters of this process alone. */
  wake(): void {
    this.#version += 1;
    for (const resolve of this.#waiters.splice(0)) resolve();
    for (const listener of this.#listeners) listener();
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#startPolling();
    return () => this.#listeners.delete(listener);
  }

  /** Resolves once something happened after `version` or the signal aborts; CLOSED when the log is closed. */
  async after(version: number, signal?: AbortSignal): Promise<void> {
    if (this.#closed) throw closedError(this.#file);
    if (version === this.#version && !signal?.aborted) await this.#nextCommit(signal);
  }

  #nextCommit(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal?.removeEventListener('abort', done);
        resolve();
      };
      signal?.addEventListener('abort', done);
      this.#waiters.push(done);
      this.#startPolling();
    });
  }

  close(): void {
    this.#closed = true;
    this.#watcher?.close();
    clearTimeout(this.#trial);
    clearTimeout(this.#poll);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.wake();
  }

  #startWatching(): void {
    try {
      this.#watcher = watch(this.#wakeUpFile, { persistent: false }, () => {
        this.#watchWorks = true;
        this.#pollMs = pollMs;
        this.#checkForCommits();
      });
      this.#watcher.on('error', () => this.#stopWatching());
    } catch {
      this.#stopWatching();
      return;
    }
    // Some file systems accept a watch and never report: write once and see.
    this.#trial = setTimeout(() => {
      if (!this.#watchWorks) this.#pollMs = shortPollMs;
    }, trialMs);
    this.#trial.unref();
    setImmediate(() => {
      if (this.#descriptor !== undefined) writeSync(this.#descriptor, '.', 0);
    });
  }

  #stopWatching(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#pollMs = shortPollMs;
  }

  #startPolling(): void {
    if (this.#poll !== undefined || this.#closed) return;
    this.#poll = setTimeout(() => {
      this.#poll = undefined;
      this.#checkForCommits();
      if (this.#waiters.length > 0 || this.#listeners.size > 0) this.#startPolling();
    }, this.#pollMs);
  }

  #checkForCommits(): void {
    if (this.#closed) return;
    try {
      const change = integer(this.#changes.get(), 'data_version');
      if (change === this.#lastChange) return;
      this.#lastChange = change;
    } catch (error) {
      // Nobody catches what a timer throws. A lock is waited for; those who are woken meet any other error themselves.
      if (isBusy(error)) return;
    }
    this.wake();
  }
}
