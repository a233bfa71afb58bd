import { expect, test } from 'vitest';
import type { Backlog } from '../../src/backlog/backlog.ts';
import { Stalls } from '../../src/backlog/stalls.ts';

function backlog(lag: number, progress: string): Backlog {
  const furthestBehind = { topic: 'payment-events', partition: 2, committed: '41', lag, owner: 'member-a' };
  return { lag, groups: [{ group: 'payment', lag, progress, furthestBehind }] };
}

test('names the group that does nothing, where it stands and what to look at', () => {
  const stalls = new Stalls({ patienceMs: 60_000, logs: '/runs/a/logs' });
  stalls.check(backlog(7, 'x'), 0);
  stalls.check(backlog(7, 'x'), 60_000);
  expect(() => stalls.check(backlog(7, 'x'), 60_001)).toThrow(
    /group payment has settled nothing for 60 s.*7 records.*payment-events:2:41.*owned by member-a.*\/runs\/a\/logs/s,
  );
});

test('progress starts the wait anew', () => {
  const stalls = new Stalls({ patienceMs: 1_000, logs: '' });
  stalls.check(backlog(7, 'x'), 0);
  stalls.check(backlog(6, 'y'), 900);
  stalls.check(backlog(6, 'y'), 1_800);
  expect(() => stalls.check(backlog(6, 'y'), 1_901)).toThrow();
});

test('a group with nothing to do never stalls', () => {
  const stalls = new Stalls({ patienceMs: 1_000, logs: '' });
  stalls.check(backlog(0, 'x'), 0);
  stalls.check(backlog(0, 'x'), 10_000);
  stalls.check(backlog(3, 'x'), 10_900);
  expect(() => stalls.check(backlog(3, 'x'), 11_001)).toThrow();
});
