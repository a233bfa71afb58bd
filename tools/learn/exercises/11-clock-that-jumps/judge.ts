import type { Judge } from '../../src/exercise.ts';

const sales = ['2026-01-30', '2026-01-31', '2026-02-01'].flatMap((day) =>
  [100, 250].map((pence) => ({ till: 'a', pence, occurredAt: `${day}T09:30:00.000Z` })),
);

export const judge: Judge = {
  title: 'A clock that jumps',
  story:
    'A backlog is worked off a day late, on a machine whose clock was just set back. The books do not add up by day.',
  topics: [
    { name: 'sales', partitions: 1 },
    { name: 'daily', partitions: 1 },
  ],
  async judge(lab) {
    await lab.publish('sales', sales, 'till');
    let now = Date.parse('2026-02-02T00:00:00.500Z');
    await lab.runToEnd({ now: () => (now -= 1_000) });
    const found = new Map<string, number>();
    for (const { day, pence } of await lab.values<{ readonly day: string; readonly pence: number }>('daily'))
      found.set(day, (found.get(day) ?? 0) + pence);
    const shown = [...found].toSorted().map(([day, pence]) => `${day}: ${pence}`);
    return {
      passed: shown.join() === '2026-01-30: 350,2026-01-31: 350,2026-02-01: 350',
      found: shown.join(', ') || 'nothing',
      why: 'When something happened is part of the event. When it is handled depends on backlogs, retries, replays and clocks: a handler that asks for the time gives another answer each time.',
    };
  },
};
