import type { DatabaseSync } from 'node:sqlite';
import type { Acks, Notice, StreamsError } from '@millrace/streams';
import type { BatchRows } from './batch-rows.ts';
import type { Catalog } from './catalog.ts';
import type { CommitNotifier } from './commit-notifier.ts';
import type { OffsetSearch } from './offsets.ts';
import type { RecordEncoder } from './record-encoder.ts';
import type { WalSync } from './wal-sync.ts';
import type { Job, SubmitOptions } from './write-queue.ts';

/** What the parts of an open log share. */
export interface LogEngine {
  readonly file: string;
  readonly database: DatabaseSync;
  readonly catalog: Catalog;
  readonly encoder: RecordEncoder;
  readonly notifier: CommitNotifier;
  readonly walSync: WalSync;
  readonly rows: BatchRows;
  readonly offsets: OffsetSearch;
  /** Puts a job into the next write transaction; with acks `all` its result waits until that is on disk. */
  write<T>(job: Job<T>, options?: SubmitOptions & { readonly acks?: Acks }): Promise<T>;
  /** Why the log cannot be written any more: its files are not those that were opened. Looks each time until it found that. */
  problem(): StreamsError | undefined;
  /** Bytes that wait to be written. */
  backlog(): number;
  /** What members of this process store before somebody looks at what is pending. */
  readonly deliveryReports: Set<() => Promise<void>>;
  notify(notice: Notice): void;
  /** Any error as the library's, with the file's name. */
  translate(error: unknown): StreamsError;
}
