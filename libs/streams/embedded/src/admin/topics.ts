import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type Notice,
  type Retention,
  StreamsError,
  type TopicDescription,
  type TopicSpec,
} from '@millrace/streams';
import { parseRetention, retentionChanged, sameRetention } from '@millrace/streams/driver';
import { unknownTopic } from '../log/catalog.ts';
import type { LogEngine } from '../log/log-engine.ts';
import { integer, type Row, text } from '../log/row.ts';

/** Creating, listing, describing and deleting topics. */
export class TopicAdmin {
  readonly #engine: LogEngine;
  readonly #all: StatementSync;
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #retain: StatementSync;
  readonly #insertPartition: StatementSync;
  readonly #partitions: StatementSync;
  readonly #deletions: readonly StatementSync[];

  constructor(engine: LogEngine) {
    const { database } = engine;
    this.#engine = engine;
    this.#all = database.prepare('SELECT name FROM topics ORDER BY name');
    this.#find = database.prepare('SELECT id, retention, settings FROM topics WHERE name = ?');
    this.#insert = database.prepare('INSERT INTO topics (name, retention, settings) VALUES (?, ?, ?)');
    this.#retain = database.prepare('UPDATE topics SET retention = ? WHERE name = ?');
    this.#insertPartition = database.prepare('INSERT INTO partitions (topic, number) VALUES (?, ?)');
    this.#partitions = database.prepare(
      'SELECT number, first, next FROM partitions WHERE topic = ? ORDER BY number',
    );
    this.#deletions = deletions(database);
  }

  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    for (const spec of specs) checkSpec(spec);
    if (specs.every((spec) => this.#exists(spec) && !this.#otherRetention(spec))) return;
    const notices = await this.#engine.write((transaction) => {
      const missing = specs.filter((spec) => !this.#exists(spec));
      for (const spec of missing) this.#create(spec);
      if (missing.length > 0) transaction.announce();
      return specs.flatMap((spec) => this.#changeRetention(spec));
    });
    for (const notice of notices) this.#engine.notify(notice);
  }

  names(): string[] {
    return this.#all.all().map((row) => text(row, 'name'));
  }

  describe(name: string): TopicDescription {
    const topic = this.#find.get(name);
    if (topic === undefined) throw unknownTopic(name);
    const retention = parseRetention(text(topic, 'retention'));
    const settings: Readonly<Record<string, string>> = JSON.parse(text(topic, 'settings'));
    const placement = this.#engine.file;
    const partitions = this.#partitions
      .all(integer(topic, 'id'))
      .map((row) => describePartition(row, placement));
    return { name, retention, settings, partitions };
  }

  /** Its batches are only marked: they are many, and removing them goes in small steps. */
  async delete(name: string): Promise<void> {
    await this.#engine.write((transaction) => {
      const topic = this.#find.get(name);
      if (topic === undefined) throw unknownTopic(name);
      for (const deletion of this.#deletions) deletion.run(integer(topic, 'id'));
      transaction.announce();
    });
    this.#engine.catalog.forget(name);
  }

  /** TOPIC_MISMATCH when it exists with another number of partitions. */
  #exists(spec: TopicSpec): boolean {
    const topic = this.#find.get(spec.name);
    if (topic === undefined) return false;
    const existing = this.#partitions.all(integer(topic, 'id')).length;
    if (existing === spec.partitions) return true;
    throw new StreamsError(
      'TOPIC_MISMATCH',
      `Topic ${spec.name} has ${existing} partitions, not ${spec.partitions}: the number cannot change, since keys would move; use that number or another topic`,
    );
  }

  /** What an existing topic keeps, where the spec wants it otherwise. */
  #otherRetention({ name, retention }: TopicSpec): Retention | undefined {
    const topic = retention && this.#find.get(name);
    if (topic === undefined) return undefined;
    const before = parseRetention(text(topic, 'retention'));
    return sameRetention(before, retention ?? {}) ? undefined : before;
  }

  #changeRetention(spec: TopicSpec): Notice[] {
    const { name, retention = {} } = spec;
    const before = this.#otherRetention(spec);
    if (before === undefined) return [];
    this.#retain.run(JSON.stringify(retention), name);
    return [retentionChanged(name, before, retention)];
  }

  #create(spec: TopicSpec): void {
    const { name, partitions, retention = {}, settings = {} } = spec;
    const topic = this.#insert.run(name, JSON.stringify(retention), JSON.stringify(settings)).lastInsertRowid;
    for (let number = 0; number < partitions; number++) this.#insertPartition.run(topic, number);
  }
}

function checkSpec({ name, partitions }: TopicSpec): void {
  if (name === '') throw new StreamsError('INVALID_ARGUMENT', 'A topic needs a name');
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= 10_000) return;
  throw new StreamsError(
    'INVALID_ARGUMENT',
    `Topic ${name} is to have ${partitions} partitions; a topic has 1 to 10000`,
  );
}

function describePartition(row: Row, placement: string): TopicDescription['partitions'][number] {
  const first = integer(row, 'first');
  const next = integer(row, 'next');
  const partition = { partition: integer(row, 'number'), records: next - first, placement };
  return {
    ...partition,
    ...(first < next && { first: String(first) }),
    ...(first < next && { last: String(next - 1) }),
  };
}

function deletions(database: DatabaseSync): StatementSync[] {
  const own = 'IN (SELECT id FROM partitions WHERE topic = ?)';
  return [
    `INSERT INTO garbage (partition) SELECT id FROM partitions WHERE topic = ?`,
    `DELETE FROM positions WHERE partition ${own}`,
    `DELETE FROM attempts WHERE partition ${own}`,
    `DELETE FROM claims WHERE partition ${own}`,
    `DELETE FROM producers WHERE partition ${own}`,
    'DELETE FROM partitions WHERE topic = ?',
    'DELETE FROM topics WHERE id = ?',
  ].map((sql) => database.prepare(sql));
}
