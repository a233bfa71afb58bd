import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StateWrite } from '@millrace/streams/driver';
import { integer, optionalText } from '../log/row.ts';

/** The keyed values of groups: JSON texts by (group, partition number, store, key). */
export class StateTable {
  readonly #find: StatementSync;
  readonly #create: StatementSync;
  readonly #get: StatementSync;
  readonly #set: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT id FROM stores WHERE grp = ? AND number = ? AND name = ?');
    this.#create = database.prepare('INSERT INTO stores (grp, number, name) VALUES (?, ?, ?)');
    this.#get = database.prepare('SELECT value FROM state WHERE store = ? AND key = ?');
    this.#set = database.prepare(
      'INSERT INTO state (store, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
    this.#delete = database.prepare('DELETE FROM state WHERE store = ? AND key = ?');
  }

  find(group: number, number: number, name: string): number | undefined {
    const row = this.#find.get(group, number, name);
    return row === undefined ? undefined : integer(row, 'id');
  }

  load(store: number, keys: readonly string[]): (string | undefined)[] {
    return keys.map((key) => optionalText(this.#get.get(store, key), 'value'));
  }

  /** Called inside a job. */
  write(group: number, number: number, writes: readonly StateWrite[]): void {
    const ids = new Map<string, number>();
    for (const { store, key, value } of writes) {
      let id = ids.get(store);
      if (id === undefined) {
        id =
          this.find(group, number, store) ?? Number(this.#create.run(group, number, store).lastInsertRowid);
        ids.set(store, id);
      }
      if (value === null) this.#delete.run(id, key);
      else this.#set.run(id, key, value);
    }
  }
}
