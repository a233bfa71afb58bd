import { type StatsFs, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { fullDiskProblem } from '../../src/config/full-disk.ts';

const DATA_DIR = tmpdir();
const embedded = { DATA_DIR, STREAMS_URL: `embedded:${DATA_DIR}/streams.db` };
const redis = { DATA_DIR, STREAMS_URL: 'redis://127.0.0.1:6379' };
const full = (folder: string): StatsFs =>
  Object.assign(statfsSync(folder), { bavail: 3, bfree: 3, bsize: 4096 });

it('is a problem of whatever keeps files there', () => {
  const problem = `the disk under DATA_DIR=${DATA_DIR} is full (12288 bytes free)`;
  expect(fullDiskProblem(embedded, full)).toBe(problem);
  expect(fullDiskProblem({ ...redis, DATABASE_URL: undefined }, full)).toBe(problem);
});

it('is none of a service that keeps its data elsewhere', () => {
  expect(fullDiskProblem(redis, full)).toBeUndefined();
  expect(fullDiskProblem({ ...redis, DATABASE_URL: 'postgres://127.0.0.1/shop' }, full)).toBeUndefined();
});

it('is none where there is room, or where nothing is known', () => {
  expect(fullDiskProblem(embedded)).toBeUndefined();
  expect(fullDiskProblem({ ...embedded, DATA_DIR: '/nowhere/at/all' })).toBeUndefined();
});
