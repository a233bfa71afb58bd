import { pino } from 'pino';
import { expect, it } from 'vitest';
import { every } from '../../src/index.ts';

it('runs again and again until the signal aborts, whatever a run throws', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const ending = new AbortController();
  let runs = 0;
  await every({ ms: 1, what: 'count', log, signal: ending.signal }, async () => {
    runs += 1;
    if (runs === 2) throw new Error('not now');
    if (runs === 4) ending.abort();
  });
  expect(runs).toBe(4);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('could not count; trying again in 0.001 s');
});

it('runs at once only when it is asked to, and not at all after the signal', async () => {
  const log = pino({ level: 'silent' });
  for (const now of [false, true]) {
    const ending = new AbortController();
    let runs = 0;
    const done = every({ ms: 600_000, what: 'count', log, signal: ending.signal, now }, async () => {
      runs += 1;
    });
    ending.abort();
    await done;
    expect(runs).toBe(now ? 1 : 0);
    await every({ ms: 1, what: 'count', log, signal: ending.signal, now }, async () => {
      runs += 1;
    });
    expect(runs).toBe(now ? 1 : 0);
  }
});
