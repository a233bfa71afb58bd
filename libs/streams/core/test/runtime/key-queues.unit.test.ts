import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acknowledgedOnly } from '../../src/runtime/handler-result.ts';
import { runKeyQueues } from '../../src/runtime/key-queues.ts';
import type { WorkItem } from '../../src/runtime/work-item.ts';

function item(keyQueue: string): WorkItem {
  return {
    route: {} as WorkItem['route'],
    deliveries: [],
    keyQueue,
    attempt: 1,
    result: undefined,
    letterStored: false,
  };
}

const never = new AbortController().signal;

describe('runLanes', () => {
  it('keeps the order of each lane and the limit on units at once, for any lanes and concurrency', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (queues, concurrency) => {
          const items = queues.map(item);
          const order: number[] = [];
          let active = 0;
          await runKeyQueues(items, 0, {
            concurrency,
            stopFetching: never,
            full: () => false,
            attempt: async (each) => {
              active += 1;
              expect(active).toBeLessThanOrEqual(concurrency);
              await new Promise((resolve) => setImmediate(resolve));
              order.push(items.indexOf(each));
              active -= 1;
              return true;
            },
          });
          expect([...order].sort((a, b) => a - b)).toEqual(items.map((_, index) => index));
          for (const keyQueue of new Set(queues)) {
            const ofLane = order.filter((index) => queues[index] === keyQueue);
            expect(ofLane).toEqual([...ofLane].sort((a, b) => a - b));
          }
        },
      ),
    );
  });

  it('begins nothing of a lane after its failure', async () => {
    const items = ['a', 'b', 'a', 'b'].map(item);
    const tried: number[] = [];
    await runKeyQueues(items, 0, {
      concurrency: 1,
      stopFetching: never,
      full: () => false,
      attempt: (each) => {
        tried.push(items.indexOf(each));
        return each !== items[1];
      },
    });
    expect(tried).toEqual([0, 1]);
  });

  it('begins nothing once it drains', async () => {
    const stopFetching = new AbortController();
    const tried: number[] = [];
    const items = ['a', 'b', 'c'].map(item);
    await runKeyQueues(items, 0, {
      concurrency: 2,
      stopFetching: stopFetching.signal,
      full: () => false,
      attempt: async (each) => {
        tried.push(items.indexOf(each));
        stopFetching.abort();
        return true;
      },
    });
    expect(tried).toEqual([0]);
  });

  it('begins nothing more while it is full, but always the first unit that is not done', async () => {
    const tried: number[] = [];
    const items = ['a', 'b', 'a', 'c'].map(item);
    const options = {
      stopFetching: never,
      full: () => true,
      attempt: (each: WorkItem) => {
        tried.push(items.indexOf(each));
        each.result = acknowledgedOnly([]);
        return true;
      },
    };
    await runKeyQueues(items, 0, { ...options, concurrency: 1 });
    await runKeyQueues(items, 0, { ...options, concurrency: 3 });
    expect(tried).toEqual([0, 1]);
  });
});
