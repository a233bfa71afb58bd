import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { DedupeMemory } from '../src/dedupe.ts';
import { migrations } from '../src/schema.ts';
import { SeenTable } from '../src/seen-table.ts';

const place = { group: 1, number: 3 };

function openTable(): SeenTable {
  const database = new DatabaseSync(':memory:');
  for (const migration of migrations) database.exec(migration);
  return new SeenTable(database);
}

function step(memory: DedupeMemory, ids: readonly string[]): void {
  memory.write(ids);
  memory.remember(ids);
}

const named = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${kind}-${index}`);

test('what is known is exact, although hashes of so many ids collide', () => {
  const table = openTable();
  const memory = new DedupeMemory(table, place, 100_000);
  const ids = named('seen', 100_000);
  for (let start = 0; start < ids.length; start += 500) step(memory, ids.slice(start, start + 500));
  expect(memory.known(ids).size).toBe(ids.length);
  expect(memory.known(named('new', 100_000))).toEqual(new Set());
  expect(memory.known(['new-1', 'seen-7', 'seen-99999'])).toEqual(new Set(['seen-7', 'seen-99999']));
});

test('at least the window is remembered, also by the next owner, and what is long gone is not', () => {
  const table = openTable();
  const memory = new DedupeMemory(table, place, 100);
  for (let page = 0; page < 50; page++) step(memory, named(`page-${page}`, 30));
  for (const owner of [memory, new DedupeMemory(table, place, 100)]) {
    for (const page of [46, 47, 48, 49]) expect(owner.known(named(`page-${page}`, 30)).size).toBe(30);
    for (const page of [0, 20, 44]) expect(owner.known(named(`page-${page}`, 30)).size).toBe(0);
  }
  expect(new DedupeMemory(table, { group: 1, number: 4 }, 100).known(['page-49-1'])).toEqual(new Set());
});

test('an id that came again is known for as long as its last appearance is', () => {
  const memory = new DedupeMemory(openTable(), place, 9);
  step(memory, ['twice']);
  step(memory, named('some', 8));
  step(memory, ['twice']);
  step(memory, named('more', 8));
  expect(memory.known(['twice', 'some-0', 'more-0'])).toEqual(new Set(['twice', 'more-0']));
});
