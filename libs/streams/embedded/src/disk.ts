import { fdatasync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StreamsError } from '@millrace/streams';
import { translateError } from './sqlite-error.ts';

/**
 * Makes what is committed durable. The write-ahead log is a log of commits: once it is synced, every commit made
 * before the sync began is on disk; and where a checkpoint started the log anew meanwhile, the checkpoint has synced
 * what it moved into the database file. The sync runs outside the write lock and off the event loop; callers that
 * come while one runs share the next.
 *
 * The descriptor is of the -wal file alone. Never open the database file or the -shm file beside SQLite: closing any
 * descriptor of theirs drops all POSIX locks that this process holds on them.
 */
export class Disk {
  readonly #file: string;
  readonly #log: FileHandle;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #failure: StreamsError | undefined;

  private constructor(file: string, log: FileHandle) {
    this.#file = file;
    this.#log = log;
  }

  static async open(file: string): Promise<Disk> {
    try {
      const log = await open(`${file}-wal`, 'r+');
      await syncFolder(dirname(file));
      return new Disk(file, log);
    } catch (error) {
      throw translateError(error, file);
    }
  }

  /** Resolves once every commit made before the call is on disk. */
  sync(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#run();
      return this.#running;
    }
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        this.#running = this.#run();
        return this.#running;
      });
    return this.#next;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#running, this.#next]);
    await this.#log.close();
  }

  async #run(): Promise<void> {
    try {
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve, reject) => {
        fdatasync(this.#log.fd, (error) => (error === null ? resolve() : reject(error)));
      });
    } catch (error) {
      // After a failed sync the kernel may have dropped the pages and report success next time: never trust it again.
      this.#failure = translateError(error, this.#file);
      throw this.#failure;
    } finally {
      this.#running = undefined;
    }
  }
}

/** A new file is durable once its folder's entry is. Not every system can sync a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
