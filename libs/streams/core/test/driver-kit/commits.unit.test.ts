import { describe, expect, it } from 'vitest';
import { CommitSequence } from '../../src/driver-kit/commit-sequence.ts';
import { byTopic, DeliveredOffsets } from '../../src/driver-kit/delivered-offsets.ts';

describe('a sequence of commits', () => {
  it('stores one after the other, also after one that failed', async () => {
    const sequence = new CommitSequence<object>();
    const notes: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = sequence.store({}, async () => {
      await gate.promise;
      notes.push('first');
      throw new Error('refused');
    });
    const second = sequence.store({}, async () => void notes.push('second'));
    gate.resolve();
    await expect(first).rejects.toThrow('refused');
    await second;
    await sequence.idle();
    expect(notes).toEqual(['first', 'second']);
  });

  it('stores a commit that is repeated once, and one that failed again', async () => {
    const sequence = new CommitSequence<object>();
    const commit = {};
    let stored = 0;
    await expect(sequence.store(commit, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    await sequence.store(commit, async () => void stored++);
    await sequence.store(commit, async () => void stored++);
    expect(stored).toBe(1);
  });
});

describe('delivered offsets', () => {
  const position = (offset: number) => ({ topic: 'orders', partition: 3, offset: String(offset) });

  it('are acknowledged in order and without gaps', () => {
    const offsets = new DeliveredOffsets();
    for (const offset of [4, 5, 9]) offsets.add(offset);
    offsets.check([position(4), position(5)]);
    expect(() => offsets.check([position(5)])).toThrow('orders:3:5 cannot be acknowledged');
    expect(() => offsets.check([4, 5, 9, 10].map(position))).toThrow('nothing is delivered');
    expect(offsets.acknowledge(2)).toEqual([4, 5]);
    offsets.add(10);
    offsets.takeBack();
    expect([offsets.size, offsets.at(0), offsets.at(1)]).toEqual([1, 9, undefined]);
  });

  it('are grouped by topic', () => {
    const other = { ...position(1), topic: 'stock' };
    expect([...byTopic([position(1), other, position(2)])]).toEqual([
      ['orders', [position(1), position(2)]],
      ['stock', [other]],
    ]);
  });
});
