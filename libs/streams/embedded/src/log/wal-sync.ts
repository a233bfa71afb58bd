import { fdatasync, fdatasyncSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StreamsError } from '@millrace/streams';
import { translateError } from './sqlite-error.ts';

/** A sync that takes less is done at once: handing it to another thread and back costs as much. */
const quickMs = 2;
/** How long a disk that was slow is left to another thread before it is tried again. */
const slowForMs = 5_000;

/** Callers that wait for one sync. */
type Round = PromiseWithResolvers<void>;

/**
 * Makes what is committed durable. The write-ahead log is a log of commits: once it is synced, every commit made
 * before the sync began is on disk; and where a checkpoint started the log again meanwhile, the checkpoint has synced
 * what it moved into the database file. The sync runs outside the write lock, and off the event loop where the disk
 * is not quick; callers that come while one runs share the next.
 *
 * The descriptor is of the -wal file alone. Never open the database file or the -shm file beside SQLite: closing any
 * descriptor of theirs drops all POSIX locks that this process holds on them.
 */
export class WalSync {
  readonly #file: string;
  readonly #log: FileHandle;
  /** Asked after each sync: what was synced may be a file that nobody will open again. */
  readonly #problem: () => StreamsError | undefined;
  #running: Promise<void> | undefined;
  #next: Round | undefined;
  #failure: StreamsError | undefined;
  #slowUntil = 0;

  private constructor(file: string, log: FileHandle, problem: () => StreamsError | undefined) {
    this.#problem = problem;
    this.#file = file;
    this.#log = log;
  }

  static async open(file: string, problem: () => StreamsError | undefined): Promise<WalSync> {
    try {
      const log = await open(`${file}-wal`, 'r+');
      await syncFolder(dirname(file));
      return new WalSync(file, log, problem);
    } catch (error) {
      throw translateError(error, file);
    }
  }

  /** Resolves once every commit made before the call is on disk. */
  sync(): Promise<void> {
    if (this.#next === undefined) {
      this.#next = Promise.withResolvers<void>();
      // By then all who wait for the same commit have called.
      if (this.#running === undefined) setImmediate(() => this.#start());
    }
    return this.#next.promise;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#running, this.#next?.promise]);
    await this.#log.close();
  }

  #start(): void {
    const round = this.#next;
    if (round === undefined) return;
    this.#next = undefined;
    const finish = () => {
      this.#running = undefined;
      if (this.#next !== undefined) this.#start();
    };
    this.#running = round.promise.then(finish, finish);
    this.#run(round);
  }

  #run(round: Round): void {
    const end = (error: unknown) => {
      // After a failed sync the kernel may have dropped the pages and report success next time: never trust it again.
      if (error !== null) this.#failure ??= translateError(error, this.#file);
      this.#failure ??= this.#problem();
      if (this.#failure === undefined) round.resolve();
      else round.reject(this.#failure);
    };
    if (this.#failure !== undefined) end(null);
    else if (performance.now() < this.#slowUntil) fdatasync(this.#log.fd, end);
    else this.#syncAtOnce(end);
  }

  #syncAtOnce(end: (error: unknown) => void): void {
    const started = performance.now();
    try {
      fdatasyncSync(this.#log.fd);
    } catch (error) {
      end(error);
      return;
    }
    const now = performance.now();
    if (now - started > quickMs) this.#slowUntil = now + slowForMs;
    end(null);
  }
}

/** A new file is durable once its folder's entry is. Not every system can sync a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
