import { DatabaseSync } from 'node:sqlite';
import type { Position } from '@millrace/streams';
import type { Item } from './items.ts';

/** Another database, in which a sink keeps what it handled and how far it came. */
export interface Ledger extends Disposable {
  readonly load: (topics: readonly string[], partition: number) => Position[];
  /** Saves items and position in one transaction where `previous` still stands; returns false and saves nothing where it does not. */
  readonly save: (items: readonly Item[], previous: Position | undefined, last: Position) => boolean;
  /** Everything saved, in the order of saving. */
  readonly items: () => Item[];
}

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA busy_timeout = 10000;
  CREATE TABLE IF NOT EXISTS items (id TEXT, key TEXT, sequence INTEGER);
  CREATE TABLE IF NOT EXISTS positions (topic TEXT, partition INTEGER, position TEXT, PRIMARY KEY (topic, partition));
`;

export function openLedger(file: string): Ledger {
  const database = new DatabaseSync(file);
  database.exec(schema);
  const positionOf = database.prepare('SELECT position FROM positions WHERE topic = ? AND partition = ?');
  const insertPosition = database.prepare('INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const movePosition = database.prepare(
    'UPDATE positions SET position = ? WHERE topic = ? AND partition = ? AND position = ?',
  );
  const insertItem = database.prepare('INSERT INTO items VALUES (?, ?, ?)');
  const allItems = database.prepare('SELECT id, key, sequence FROM items ORDER BY rowid');

  const move = (previous: Position | undefined, last: Position): boolean => {
    const text = JSON.stringify(last);
    const { changes } =
      previous === undefined
        ? insertPosition.run(last.topic, last.partition, text)
        : movePosition.run(text, last.topic, last.partition, JSON.stringify(previous));
    return Number(changes) === 1;
  };

  return {
    load: (topics, partition) =>
      topics.flatMap((topic) => {
        const row = positionOf.get(topic, partition);
        return row === undefined ? [] : [JSON.parse(String(row.position))];
      }),
    save: (items, previous, last) => {
      database.exec('BEGIN IMMEDIATE');
      for (const { id, key, sequence } of items) insertItem.run(id, key, sequence);
      const stood = move(previous, last);
      database.exec(stood ? 'COMMIT' : 'ROLLBACK');
      return stood;
    },
    items: () =>
      allItems.all().map((row) => ({
        id: String(row.id),
        key: String(row.key),
        sequence: Number(row.sequence),
      })),
    [Symbol.dispose]: () => database.close(),
  };
}
