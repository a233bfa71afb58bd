import { describe, expect, it } from 'vitest';
import { MessageIterator } from '../src/message-iterator.ts';
import type { StoredRecord } from '../src/record.ts';
import { topic } from '../src/topic.ts';

const numbers = topic<number>('numbers');

function record(value: string): StoredRecord {
  return {
    topic: 'numbers',
    partition: 0,
    offset: '0',
    key: null,
    value: Buffer.from(value),
    headers: {},
    timestamp: 0,
  };
}

/** Counts how often it was asked for a run. */
function runsOf(...runs: string[][]): {
  readonly asked: () => number;
  readonly runs: AsyncGenerator<StoredRecord[]>;
} {
  let asked = 0;
  return {
    asked: () => asked,
    runs: (async function* () {
      for (const run of runs) {
        asked += 1;
        yield run.map(record);
      }
    })(),
  };
}

/** What the promise holds by the time that one which is settled already has been waited for. */
async function atOnce<Value>(promise: Promise<Value>): Promise<Value | 'later'> {
  return await Promise.race([promise, Promise.resolve('later' as const)]);
}

describe('the iterator of messages', () => {
  it('answers calls that do not wait for each other in their order, and fetches each run once', async () => {
    const { asked, runs } = runsOf(['1', '2'], [], ['3']);
    const iterator = new MessageIterator(numbers, runs);

    const results = await Promise.all(Array.from({ length: 5 }, () => iterator.next()));

    expect(results.map(({ value }) => value?.value)).toEqual([1, 2, 3, undefined, undefined]);
    expect(asked()).toBe(3);
  });

  it('hands out the rest of a run at once', async () => {
    const iterator = new MessageIterator(numbers, runsOf(['1', '2', '3'], ['4', '5']).runs);

    for (const [first, ...others] of [
      ['1', '2', '3'],
      ['4', '5'],
    ].map((run) => run.map(Number))) {
      expect(await iterator.next()).toMatchObject({ value: { value: first } });
      for (const other of others)
        expect(await atOnce(iterator.next())).toMatchObject({ value: { value: other } });
    }
  });

  it('ends after its limit, within a run and at the end of one', async () => {
    for (const limit of [1, 2, 3]) {
      const taken: number[] = [];
      const iterator = new MessageIterator(numbers, runsOf(['1', '2'], ['3', '4']).runs, limit);
      for await (const { value } of { [Symbol.asyncIterator]: () => iterator }) taken.push(value);
      expect(taken).toEqual([1, 2, 3].slice(0, limit));
    }
  });

  it('fails once at a record that cannot be decoded, and has ended then', async () => {
    const iterator = new MessageIterator(numbers, runsOf(['1', 'no JSON', '3']).runs);

    const results = await Promise.allSettled([iterator.next(), iterator.next(), iterator.next()]);

    expect(results).toMatchObject([
      { value: { value: { value: 1 } } },
      { reason: { code: 'INVALID_RECORD' } },
      { value: { done: true } },
    ]);
    expect(await iterator.next()).toMatchObject({ done: true });
  });
});
