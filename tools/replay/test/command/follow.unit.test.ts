import { expect, test } from 'vitest';
import { Follower } from '../../src/command/follow.ts';
import { MemoryLog } from '../../src/services/memory-log.ts';

const megabyte = 1024 * 1024;
const over = AbortSignal.abort();

test('the memory at the first 100,000 rows is that when they were handled, not when they were fed', async () => {
  let resident = 80;
  const memory = new MemoryLog(() => ({ now: resident * megabyte, peak: resident * megabyte }));
  const follower = new Follower({
    memory,
    screen: { show: () => undefined, note: () => undefined, [Symbol.dispose]: () => undefined },
    processes: () => [{ name: 'inventory', processId: 1 }],
    rows: () => 150_000,
    fraction: () => 0.3,
  });
  const at100k = async (lag: number): Promise<number | null | undefined> => {
    follower.measured({ lag, groups: [] });
    await follower.follow(over);
    return memory.uses()['inventory']?.at100k;
  };
  expect(await at100k(60_000)).toBeNull();
  resident = 100;
  expect(await at100k(50_000)).toBe(100);
  resident = 120;
  expect(await at100k(0)).toBe(100);
});
