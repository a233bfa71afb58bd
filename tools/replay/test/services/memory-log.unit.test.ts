import { expect, test } from 'vitest';
import { residentMemory } from '../../src/services/memory.ts';
import { MemoryLog } from '../../src/services/memory-log.ts';

const megabyte = 1024 * 1024;

test('keeps the first 100,000 rows, the last sample and the peak, through a restart', () => {
  const measures = [{ now: 80, peak: 90 }, { now: 70, peak: 95 }, undefined, { now: 60, peak: 61 }].map(
    (use) => use && { now: use.now * megabyte, peak: use.peak * megabyte },
  );
  const log = new MemoryLog(() => measures.shift());
  log.sample([{ name: 'payment', processId: 1 }]);
  log.markFirstRows();
  log.sample([{ name: 'payment', processId: 1 }]);
  log.sample([{ name: 'payment', processId: 1 }]);
  log.sample([{ name: 'payment', processId: 2 }]);
  log.markFirstRows();
  expect(log.uses()).toEqual({ payment: { at100k: 80, last: 60, peak: 95 } });
});

test('measures a real process', () => {
  const resident = residentMemory(process.pid);
  expect(resident?.now).toBeGreaterThan(10 * megabyte);
  expect(resident?.peak).toBeGreaterThanOrEqual(resident?.now ?? 0);
  expect(residentMemory(2 ** 30)).toBeUndefined();
});
