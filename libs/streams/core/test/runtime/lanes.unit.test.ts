import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runLanes } from '../../src/runtime/lanes.ts';
import { settledOnly } from '../../src/runtime/outcome.ts';
import type { WorkItem } from '../../src/runtime/unit.ts';

function unit(lane: string): WorkItem {
  return { route: {} as WorkItem['route'], deliveries: [], lane, attempt: 1, outcome: undefined };
}

const never = new AbortController().signal;

describe('runLanes', () => {
  it('keeps the order of each lane and the limit on units at once, for any lanes and concurrency', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (lanes, concurrency) => {
          const units = lanes.map(unit);
          const order: number[] = [];
          let active = 0;
          await runLanes(units, 0, {
            concurrency,
            drain: never,
            full: () => false,
            attempt: async (each) => {
              active += 1;
              expect(active).toBeLessThanOrEqual(concurrency);
              await new Promise((resolve) => setImmediate(resolve));
              order.push(units.indexOf(each));
              active -= 1;
              return true;
            },
          });
          expect([...order].sort((a, b) => a - b)).toEqual(units.map((_, index) => index));
          for (const lane of new Set(lanes)) {
            const ofLane = order.filter((index) => lanes[index] === lane);
            expect(ofLane).toEqual([...ofLane].sort((a, b) => a - b));
          }
        },
      ),
    );
  });

  it('begins nothing of a lane after its failure', async () => {
    const units = ['a', 'b', 'a', 'b'].map(unit);
    const tried: number[] = [];
    await runLanes(units, 0, {
      concurrency: 1,
      drain: never,
      full: () => false,
      attempt: (each) => {
        tried.push(units.indexOf(each));
        return each !== units[1];
      },
    });
    expect(tried).toEqual([0, 1]);
  });

  it('begins nothing once it drains', async () => {
    const drain = new AbortController();
    const tried: number[] = [];
    const units = ['a', 'b', 'c'].map(unit);
    await runLanes(units, 0, {
      concurrency: 2,
      drain: drain.signal,
      full: () => false,
      attempt: async (each) => {
        tried.push(units.indexOf(each));
        drain.abort();
        return true;
      },
    });
    expect(tried).toEqual([0]);
  });

  it('begins nothing more while it is full, but always the first unit that is not done', async () => {
    const tried: number[] = [];
    const units = ['a', 'b', 'a', 'c'].map(unit);
    const options = {
      drain: never,
      full: () => true,
      attempt: (each: WorkItem) => {
        tried.push(units.indexOf(each));
        each.outcome = settledOnly([]);
        return true;
      },
    };
    await runLanes(units, 0, { ...options, concurrency: 1 });
    await runLanes(units, 0, { ...options, concurrency: 3 });
    expect(tried).toEqual([0, 1]);
  });
});
