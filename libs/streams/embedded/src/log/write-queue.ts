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

interface QueuedJob {
  readonly bytes: number;
  readonly since: number;
  readonly run: Job<void>;
  readonly succeed: () => void;
  readonly fail: (error: StreamsError) => void;
}

export interface WriteQueueOptions {
  readonly file: string;
  /** How long a job waits for another program's lock before it fails with BUSY. */
  readonly busyMs: number;
  readonly onCommit: (announced: boolean) => void;
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
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #database: DatabaseSync;
  readonly #statements: AppendStatements;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #idle: (() => void)[] = [];
  #queue: QueuedJob[] = [];
  #bytes = 0;
  #scheduled = false;
  #busyAttempts = 0;
  #noticed = false;
  /** After a failed transaction its jobs run one by one, so that the one to blame fails alone. */
  #oneByOne = 0;
  /** Why no further write is begun. */
  #problem: StreamsError | undefined;

  constructor(database: DatabaseSync, options: WriteQueueOptions) {
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
  submit<T>(work: Job<T>, options: SubmitOptions = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      const job: QueuedJob = {
        bytes: options.bytes ?? 0,
        since: performance.now(),
        run: (transaction) => {
          result = { value: work(transaction) };
        },
        succeed: () => {
          if (result !== undefined) resolve(result.value);
        },
        fail: reject,
      };
      this.#bytes += job.bytes;
      if (options.urgent) this.#queue.unshift(job);
      else this.#queue.push(job);
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
      this.#busyAttempts = 0;
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
    const waited = now - Math.min(...this.#queue.slice(0, 1).map((job) => job.since));
    if (waited > noticeMs && !this.#noticed) {
      this.#noticed = true;
      this.#options.onWaiting(waited);
    }
    const late = this.#queue.filter((job) => now - job.since > this.#options.busyMs);
    if (late.length > 0) {
      this.#queue = this.#queue.filter((job) => now - job.since <= this.#options.busyMs);
      this.#failAll(late, error);
    }
    this.#busyAttempts += 1;
    if (this.#busyAttempts <= spins || this.#queue.length === 0) return;
    this.#scheduled = true;
    setTimeout(this.#flush, Math.random() < 0.5 ? 1 : 2);
  }

  #take(): QueuedJob[] {
    let count = 0;
    let bytes = 0;
    const most = this.#oneByOne > 0 ? 1 : maxTransactionJobs;
    for (const job of this.#queue) {
      if (count === most || (count > 0 && bytes + job.bytes > maxTransactionBytes)) break;
      count += 1;
      bytes += job.bytes;
    }
    this.#oneByOne = Math.max(0, this.#oneByOne - count);
    return this.#queue.splice(0, count);
  }

  #transact(jobs: QueuedJob[]): void {
    const transaction = new LogTransaction(this.#statements);
    let refused: [QueuedJob, StreamsError][];
    try {
      refused = runAll(jobs, transaction);
      transaction.seal();
      this.#commit.run();
    } catch (error) {
      this.#rollback();
      this.#afterFailure(jobs, error);
      return;
    }
    const problem = this.#options.problem();
    if (problem !== undefined) {
      this.#problem = problem;
      this.#failAll(jobs, problem);
      return;
    }
    for (const job of jobs) this.#bytes -= job.bytes;
    this.#options.onCommit(transaction.announced);
    const errors = new Map(refused);
    for (const job of jobs) {
      const error = errors.get(job);
      if (error === undefined) job.succeed();
      else job.fail(error);
    }
  }

  #rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }

  #afterFailure(jobs: QueuedJob[], error: unknown): void {
    const translated = translateError(error, this.#options.file);
    const shared = translated.code === 'STORAGE_FULL' || translated.code === 'STORAGE_CORRUPT';
    if (jobs.length === 1 || shared) {
      this.#failAll(jobs, translated);
      return;
    }
    this.#oneByOne = jobs.length;
    this.#queue.unshift(...jobs);
  }

  #failAll(jobs: readonly QueuedJob[], error: unknown): void {
    for (const job of jobs) {
      this.#bytes -= job.bytes;
      job.fail(translateError(error, this.#options.file));
    }
  }
}

function runAll(jobs: readonly QueuedJob[], transaction: LogTransaction): [QueuedJob, StreamsError][] {
  const refused: [QueuedJob, StreamsError][] = [];
  for (const job of jobs) {
    try {
      job.run(transaction);
    } catch (error) {
      if (!(error instanceof StreamsError)) throw error;
      refused.push([job, error]);
    }
  }
  return refused;
}
