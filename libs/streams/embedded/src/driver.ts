import {
  type Driver,
  type NewRecord,
  type Notice,
  type Position,
  type Start,
  type StoredRecord,
  StreamsError,
} from '@millrace/streams';
import {
  type AppendOptions,
  type Capabilities,
  type CompetingMember,
  type DriverAdmin,
  type DriverMember,
  type GroupOptions,
  type JoinOptions,
  Members,
  type Membership,
  type ReadOptions,
} from '@millrace/streams/driver';
import { createAdmin } from './admin/admin.ts';
import { Maintenance } from './admin/maintenance.ts';
import { Trimmer } from './admin/trim.ts';
import { EmbeddedCompetingMember } from './competing/competing-member.ts';
import { EmbeddedMembership } from './group/membership.ts';
import { openTables, type Tables } from './group/tables.ts';
import { Appender } from './log/append.ts';
import type { OpenLogEngine } from './log/open-log-engine.ts';
import { readPartition } from './log/read.ts';
import { maxRecordBytes } from './log/record-format.ts';
import { closedError } from './log/sqlite-error.ts';

/** The driver over an open log. */
export class EmbeddedDriver implements Driver {
  readonly name = 'embedded';
  readonly capabilities: Capabilities = embeddedCapabilities;
  readonly admin: DriverAdmin;
  readonly #engine: OpenLogEngine;
  readonly #tables: Tables;
  readonly #appender: Appender;
  readonly #maintenance: Maintenance;
  readonly #members: Members<DriverMember> = new Members();
  #closed: Promise<void> | undefined;

  constructor(engine: OpenLogEngine) {
    this.#engine = engine;
    this.#tables = openTables(engine.database);
    this.#appender = new Appender(engine);
    const trimmer = new Trimmer(engine);
    this.admin = createAdmin(engine, this.#tables, trimmer);
    this.#maintenance = new Maintenance(engine, trimmer);
  }

  partitions(topic: string): Promise<number> {
    return this.#guard(
      async () => (this.#engine.catalog.refresh(topic) ?? this.#engine.catalog.partitions(topic)).length,
    );
  }

  append(records: readonly NewRecord[], options: AppendOptions): Promise<Position[]> {
    return this.#guard(() => this.#appender.append(records, options));
  }

  read(topic: string, partition: number, from: Start, options: ReadOptions): AsyncIterable<StoredRecord[]> {
    return readPartition(this.#engine, { topic, partition }, from, options);
  }

  join(group: string, options: JoinOptions): Promise<Membership> {
    return this.#guard(async () => {
      checkGroupOptions(group, options);
      return await this.#members.join(() =>
        EmbeddedMembership.join(this.#engine, this.#tables, group, options),
      );
    });
  }

  compete(group: string, options: GroupOptions): Promise<CompetingMember> {
    return this.#guard(async () => {
      checkGroupOptions(group, options);
      return await this.#members.join(() =>
        EmbeddedCompetingMember.join(this.#engine, this.#tables, group, options),
      );
    });
  }

  compareOffsets(a: string, b: string): number {
    return Number(a) - Number(b);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    return this.#engine.onNotice(listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#members.close();
    await this.#maintenance.close();
    await this.#engine.close();
  }

  async #guard<T>(act: () => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw closedError(this.#engine.file);
    try {
      return await act();
    } catch (error) {
      throw this.#engine.translate(error);
    }
  }
}

function checkGroupOptions(group: string, options: GroupOptions): void {
  if (options.topics.length === 0)
    throw new StreamsError('INVALID_ARGUMENT', `Group ${group} reads no topic`);
  if (options.leaseMs < 500) {
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `Group ${group} has leaseMs ${options.leaseMs}; the least is 500`,
    );
  }
  if (options.maxInFlight < 1) {
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `Group ${group} has a window of ${options.maxInFlight}; the least is 1`,
    );
  }
}

/** What the embedded log can do. */
export const embeddedCapabilities: Capabilities = {
  competing: true,
  competingExactlyOnce: true,
  pendingEntries: true,
  claim: true,
  atomicCommit: true,
  atomicAppend: true,
  replicated: false,
  idempotentAppend: true,
  maxRecordBytes,
  lacks: { replicated: 'the embedded log is one file on one machine; `all` means synced to its disk' },
};
