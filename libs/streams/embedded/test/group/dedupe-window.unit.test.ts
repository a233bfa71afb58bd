import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { DedupeTable } from '../../src/group/dedupe-table.ts';
import { DedupeWindow } from '../../src/group/dedupe-window.ts';
import { migrations } from '../../src/log/schema.ts';

const position = { group: 1, number: 3 };

function openTable(): DedupeTable {
  const database = new DatabaseSync(':memory:');
  for (const migration of migrations) database.exec(migration);
  return new DedupeTable(database);
}

function step(memory: DedupeWindow, ids: readonly string[]): void {
  memory.write(ids);
  memory.remember(ids);
}

const named = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${kind}-${index}`);

test('what is known is exact, although hashes of so many ids collide', () => {
  const table = openTable();
  const memory = new DedupeWindow(table, position, 100_000);
  const ids = named('seen', 100_000);
  for (let start = 0; start < ids.length; start += 500) step(memory, ids.slice(start, start + 500));
  expect(memory.known(ids).size).toBe(ids.length);
  expect(memory.known(named('new', 100_000))).toEqual(new Set());
  expect(memory.known(['new-1', 'seen-7', 'seen-99999'])).toEqual(new Set(['seen-7', 'seen-99999']));
});

test('at least the window is remembered, also by the next owner, and what is long gone is not', () => {
  const table = openTable();
  const memory = new DedupeWindow(table, position, 100);
  for (let entry = 0; entry < 50; entry++) step(memory, named(`page-${entry}`, 30));
  for (const owner of [memory, new DedupeWindow(table, position, 100)]) {
    for (const entry of [46, 47, 48, 49]) expect(owner.known(named(`page-${entry}`, 30)).size).toBe(30);
    for (const entry of [0, 20, 44]) expect(owner.known(named(`page-${entry}`, 30)).size).toBe(0);
  }
  expect(new DedupeWindow(table, { group: 1, number: 4 }, 100).known(['page-49-1'])).toEqual(new Set());
});

test('an id that came again is known for as long as its last appearance is', () => {
  const memory = new DedupeWindow(openTable(), position, 9);
  step(memory, ['twice']);
  step(memory, named('some', 8));
  step(memory, ['twice']);
  step(memory, named('more', 8));
  expect(memory.known(['twice', 'some-0', 'more-0'])).toEqual(new Set(['twice', 'more-0']));
});
