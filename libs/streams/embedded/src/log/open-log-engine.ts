import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type Acks, FileIdentity, type Notice, type StreamsError } from '@millrace/streams';
import { Notices } from '@millrace/streams/driver';
import { BatchRows } from './batch-rows.ts';
import { Catalog } from './catalog.ts';
import { Checkpointer } from './checkpointer.ts';
import { CommitNotifier } from './commit-notifier.ts';
import type { LogEngine } from './log-engine.ts';
import { OffsetSearch } from './offsets.ts';
import { openDatabase } from './open-database.ts';
import { RecordEncoder } from './record-encoder.ts';
import { translateError } from './sqlite-error.ts';
import { WalSync } from './wal-sync.ts';
import { type Job, type SubmitOptions, WriteQueue } from './write-queue.ts';

/** An engine that can be closed, for the driver alone. */
export interface OpenLogEngine extends LogEngine {
  onNotice(listener: (notice: Notice) => void): () => void;
  close(): Promise<void>;
}

export interface LogEngineOptions {
  readonly busyMs: number;
}

export async function openLogEngine(path: string, options: LogEngineOptions): Promise<OpenLogEngine> {
  const file = resolve(path);
  const database = await openDatabase(file, options.busyMs);
  try {
    const notices = new Notices();
    const problem = watchFiles(file, notices);
    const real = realpathSync(file);
    const walSync = await WalSync.open(real, problem);
    return assemble({ file, real, database, notices, problem, walSync }, options);
  } catch (error) {
    database.close();
    throw translateError(error, file);
  }
}

interface Opened {
  readonly file: string;
  /** Where a symbolic link leads: what lies beside the file is there, whichever way a process has come. */
  readonly real: string;
  readonly database: DatabaseSync;
  readonly walSync: WalSync;
  readonly notices: Notices;
  readonly problem: () => StreamsError | undefined;
}

function assemble(
  { file, real, database, walSync, notices, problem }: Opened,
  options: LogEngineOptions,
): OpenLogEngine {
  const notify = (notice: Notice) => notices.notify(notice);
  const notifier = new CommitNotifier(database, real);
  const rows = new BatchRows(database);
  const checkpointer = new Checkpointer(database, real);
  const writer = new WriteQueue(database, {
    file,
    busyMs: options.busyMs,
    onCommit: (announced) => {
      checkpointer.afterCommit();
      if (announced) notifier.notify();
    },
    problem,
    onWaiting: (waitedMs) => notify(waiting(file, waitedMs)),
  });
  const write = async <T>(job: Job<T>, submit: SubmitOptions & { readonly acks?: Acks } = {}): Promise<T> => {
    const result = await writer.submit(job, submit);
    if (submit.acks === 'all') await walSync.sync();
    return result;
  };
  return {
    file,
    database,
    catalog: new Catalog(database),
    encoder: new RecordEncoder(),
    notifier,
    walSync,
    rows,
    offsets: new OffsetSearch(database, rows),
    write,
    deliveryReports: new Set(),
    problem,
    backlog: () => writer.backlog,
    notify,
    translate: (error: unknown): StreamsError => translateError(error, file),
    onNotice: (listener) => notices.listen(listener),
    close: async () => {
      await writer.drained();
      notifier.close();
      await checkpointer.close();
      await walSync.close();
      database.close();
    },
  };
}

/** Whether the files are still those that were opened; the first look that finds others tells it as a notice. */
function watchFiles(file: string, notices: Notices): () => StreamsError | undefined {
  const identity = new FileIdentity(file, 'The log');
  let found: StreamsError | undefined;
  return () => {
    if (found !== undefined) return found;
    found = identity.problem();
    if (found !== undefined)
      notices.notify({ kind: 'disconnected', message: found.message, details: { file } });
    return found;
  };
}

function waiting(file: string, waitedMs: number): Notice {
  return {
    kind: 'retrying',
    message: `Another program has held the lock of the log ${file} for ${Math.round(waitedMs)} ms; writes wait`,
    details: { file, waitedMs: Math.round(waitedMs) },
  };
}
