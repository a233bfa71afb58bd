import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByTime } from '../src/merge-by-time.ts';
import type { StoredRecord } from '../src/record.ts';

function record(partition: number, timestamp: number): StoredRecord {
  return { topic: 't', partition, offset: '0', key: null, value: new Uint8Array(), headers: {}, timestamp };
}

async function* chunks(records: readonly StoredRecord[], size: number): AsyncGenerator<StoredRecord[]> {
  for (let first = 0; first < records.length; first += size) {
    await new Promise((resolve) => setImmediate(resolve));
    yield records.slice(first, first + size);
  }
}

describe('mergeByTime', () => {
  it('is a stable sort by time when exact, for any partitions that are sorted themselves', async () => {
    const partition = fc
      .array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 })
      .map((times) => times.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(
        fc.array(partition, { maxLength: 5 }),
        fc.integer({ min: 1, max: 7 }),
        async (times, size) => {
          const partitions = times.map((each, number) => each.map((time) => record(number, time)));
          const merged: StoredRecord[] = [];
          for await (const each of mergeByTime(
            partitions.map((each) => chunks(each, size)),
            true,
          ))
            merged.push(...each);
          expect(merged.map((each) => each.timestamp)).toEqual(times.flat().sort((a, b) => a - b));
          partitions.forEach((expected, number) => {
            expect(merged.filter((each) => each.partition === number)).toEqual(expected);
          });
        },
      ),
    );
  });

  it('does not wait for a silent partition when it follows', async () => {
    const silent: AsyncIterable<StoredRecord[]> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: async () => ({ done: true, value: undefined }),
      }),
    };
    const merged = mergeByTime([silent, chunks([record(1, 1), record(1, 2)], 1)], false);
    expect((await merged.next()).value).toMatchObject([{ timestamp: 1 }]);
    expect((await merged.next()).value).toMatchObject([{ timestamp: 2 }]);
    await merged.return();
  });

  it('closes its partitions when its reader leaves', async () => {
    let closed = 0;
    async function* watched(): AsyncGenerator<StoredRecord[]> {
      try {
        for (;;) yield [record(0, 1)];
      } finally {
        closed += 1;
      }
    }
    for await (const each of mergeByTime([watched(), watched()], true)) {
      expect(each[0]?.timestamp).toBe(1);
      break;
    }
    expect(closed).toBe(2);
  });
});
