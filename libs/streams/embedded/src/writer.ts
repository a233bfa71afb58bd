import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StreamsError } from '@millrace/streams';
import { AppendStatements, LogTransaction } from './log-transaction.ts';
import { isBusy, translateError } from './sqlite-error.ts';

/**
 * A piece of work for the next write transaction. A job that cannot be applied throws a StreamsError before its
 * first write: it alone fails then, and the others of the transaction go on.
 */
export type Job<T> = (transaction: LogTransaction) => T;

export interface SubmitOptions {
  /** About how many bytes the job writes. */
  readonly bytes?: number;
  /** Goes before what waits already: renewals, so that a long queue loses no lease. */
  readonly urgent?: boolean;
}

interface Entry {
  readonly bytes: number;
  readonly since: number;
  readonly run: Job<void>;
  readonly succeed: () => void;
  readonly fail: (error: StreamsError) => void;
}

export interface WriterOptions {
  readonly file: string;
  /** How long a job waits for another program's lock before it fails with BUSY. */
  readonly busyMs: number;
  readonly onCommit: (news: boolean) => void;
  /** Why nothing may be confirmed any more; asked after each commit, so that what is confirmed lies in the file that others open. */
  readonly problem: () => StreamsError | undefined;
  /** The lock has been held by others for a while. */
  readonly onWaiting: (waitedMs: number) => void;
}

const maxTransactionBytes = 4 * 1024 * 1024;
const maxTransactionJobs = 2_000;
const spins = 4;
const noticeMs = 2_000;

/** Every write of this process: what waits together goes into one transaction. */
export class Writer {
  readonly #options: WriterOptions;
  readonly #database: DatabaseSync;
  readonly #statements: AppendStatements;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #idle: (() => void)[] = [];
  #queue: Entry[] = [];
  #bytes = 0;
  #scheduled = false;
  #busyTries = 0;
  #noticed = false;
  /** After a failed transaction its jobs run one by one, so that the one to blame fails alone. */
  #alone = 0;
  /** Why no further write is begun. */
  #problem: StreamsError | undefined;

  constructor(database: DatabaseSync, options: WriterOptions) {
    this.#options = options;
    this.#database = database;
    this.#statements = new AppendStatements(database);
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  /** Bytes that wait. */
  get backlog(): number {
    return this.#bytes;
  }

  /** The job's result once its transaction is committed; it survives the death of this process then. */
  submit<T>(job: Job<T>, options: SubmitOptions = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      const entry: Entry = {
        bytes: options.bytes ?? 0,
        since: performance.now(),
        run: (transaction) => {
          result = { value: job(transaction) };
        },
        succeed: () => {
          if (result !== undefined) resolve(result.value);
        },
        fail: reject,
      };
      this.#bytes += entry.bytes;
      if (options.urgent) this.#queue.unshift(entry);
      else this.#queue.push(entry);
      this.#schedule();
    });
  }

  /** Resolves once nothing waits. */
  drained(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    if (this.#queue.length > 0 && this.#usable() && this.#lock()) this.#transact(this.#take());
    if (this.#queue.length > 0) this.#schedule();
    else for (const resolve of this.#idle.splice(0)) resolve();
  };

  /** Nothing goes into files that are known to be nobody's any more. */
  #usable(): boolean {
    if (this.#problem === undefined) return true;
    this.#failAll(this.#take(), this.#problem);
    return false;
  }

  #lock(): boolean {
    try {
      this.#begin.run();
      this.#busyTries = 0;
      this.#noticed = false;
      return true;
    } catch (error) {
      if (isBusy(error)) this.#waitForLock(error);
      else this.#failAll(this.#take(), error);
      return false;
    }
  }

  #waitForLock(error: unknown): void {
    const now = performance.now();
    const waited = now - Math.min(...this.#queue.slice(0, 1).map((entry) => entry.since));
    if (waited > noticeMs && !this.#noticed) {
      this.#noticed = true;
      this.#options.onWaiting(waited);
    }
    const late = this.#queue.filter((entry) => now - entry.since > this.#options.busyMs);
    if (late.length > 0) {
      this.#queue = this.#queue.filter((entry) => now - entry.since <= this.#options.busyMs);
      this.#failAll(late, error);
    }
    this.#busyTries += 1;
    if (this.#busyTries <= spins || this.#queue.length === 0) return;
    this.#scheduled = true;
    setTimeout(this.#flush, Math.random() < 0.5 ? 1 : 2);
  }

  #take(): Entry[] {
    let count = 0;
    let bytes = 0;
    const most = this.#alone > 0 ? 1 : maxTransactionJobs;
    for (const entry of this.#queue) {
      if (count === most || (count > 0 && bytes + entry.bytes > maxTransactionBytes)) break;
      count += 1;
      bytes += entry.bytes;
    }
    this.#alone = Math.max(0, this.#alone - count);
    return this.#queue.splice(0, count);
  }

  #transact(entries: Entry[]): void {
    const transaction = new LogTransaction(this.#statements);
    let refused: [Entry, StreamsError][];
    try {
      refused = runAll(entries, transaction);
      transaction.seal();
      this.#commit.run();
    } catch (error) {
      this.#rollback();
      this.#afterFailure(entries, error);
      return;
    }
    const problem = this.#options.problem();
    if (problem !== undefined) {
      this.#problem = problem;
      this.#failAll(entries, problem);
      return;
    }
    for (const entry of entries) this.#bytes -= entry.bytes;
    this.#options.onCommit(transaction.news);
    const errors = new Map(refused);
    for (const entry of entries) {
      const error = errors.get(entry);
      if (error === undefined) entry.succeed();
      else entry.fail(error);
    }
  }

  #rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }

  #afterFailure(entries: Entry[], error: unknown): void {
    const translated = translateError(error, this.#options.file);
    const shared = translated.code === 'STORAGE_FULL' || translated.code === 'STORAGE_CORRUPT';
    if (entries.length === 1 || shared) {
      this.#failAll(entries, translated);
      return;
    }
    this.#alone = entries.length;
    this.#queue.unshift(...entries);
  }

  #failAll(entries: readonly Entry[], error: unknown): void {
    for (const entry of entries) {
      this.#bytes -= entry.bytes;
      entry.fail(translateError(error, this.#options.file));
    }
  }
}

function runAll(entries: readonly Entry[], transaction: LogTransaction): [Entry, StreamsError][] {
  const refused: [Entry, StreamsError][] = [];
  for (const entry of entries) {
    try {
      entry.run(transaction);
    } catch (error) {
      if (!(error instanceof StreamsError)) throw error;
      refused.push([entry, error]);
    }
  }
  return refused;
}
