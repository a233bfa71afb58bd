import { realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { StreamsError } from './errors.ts';

/** What one file was when it was opened; undefined where it was not there. */
type Identity = string | undefined;

/**
 * Tells whether an open SQLite database is still the one that its path names. A process goes on writing into files that
 * were moved, removed or replaced under it, which nobody will open again; and two processes that see different -shm files
 * do not see each other's locks. Looking costs a `stat` a file, about two microseconds each. It opens none of them, since
 * closing a second descriptor would drop SQLite's locks.
 */
export class FileIdentity {
  readonly #file: string;
  readonly #what: string;
  readonly #known: readonly (readonly [path: string, identity: Identity])[];

  /**
   * Remembers the files as they are now: the database and its -wal and -shm, which have to be there. `what` begins the
   * error's sentence, as in "The log".
   */
  constructor(file: string, what: string) {
    this.#file = file;
    this.#what = what;
    // SQLite puts the others beside the file that a symbolic link leads to.
    const real = realpathSync(file);
    this.#known = [file, `${real}-wal`, `${real}-shm`].map((path) => [path, identityOf(path)]);
  }

  /** STORAGE_CORRUPT when a file is gone or is another one; call it after a commit and before it is confirmed. */
  check(): void {
    const problem = this.problem();
    if (problem !== undefined) throw problem;
  }

  problem(): StreamsError | undefined {
    for (const [path, known] of this.#known) {
      const now = identityOf(path);
      if (now !== known) return this.#moved(path, now);
    }
    return undefined;
  }

  #moved(path: string, now: Identity): StreamsError {
    const happened = now === undefined ? 'is gone' : 'is another file now';
    return new StreamsError(
      'STORAGE_CORRUPT',
      `${this.#what} ${this.#file} was moved, removed or replaced while it was open (${basename(path)} ${happened}): nothing that is written now would be found again, so writes are refused; stop every process that uses it, put its files back together, then start again`,
    );
  }
}

/** In the kernel's words: device and inode. An error other than a missing file counts as missing, as nobody can open it. */
function identityOf(path: string): Identity {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found && `${found.dev}:${found.ino}`;
  } catch {
    return undefined;
  }
}
