import { describe, expect, it, vi } from 'vitest';
import { LeaseReader, type LeaseReaderOptions } from '../../src/driver-kit/lease-reader.ts';
import type { Delivery } from '../../src/record.ts';

class Topic {
  readonly waiting: Delivery[] = [];
  unacknowledged = 0;
  redeliverIndividually = false;

  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  add(...offsets: readonly string[]): this {
    for (const offset of offsets)
      this.waiting.push({
        topic: this.name,
        partition: 0,
        offset,
        key: null,
        value: Buffer.alloc(100),
        headers: {},
        timestamp: 0,
        attempt: 1,
      });
    return this;
  }

  take(max: number): Delivery[] {
    const taken = this.waiting.splice(0, max);
    this.unacknowledged += taken.length;
    return taken;
  }
}

const { signal } = new AbortController();

function reader(
  topics: readonly Topic[],
  changes: Partial<LeaseReaderOptions<Topic>> = {},
): LeaseReader<Topic> {
  return new LeaseReader(topics, {
    maxInFlight: 100,
    end: signal,
    takeIndividually: async (topic) => topic.take(1)[0],
    ...changes,
  });
}

const offsets = (deliveries: readonly Delivery[]): string[] =>
  deliveries.map(({ topic, offset }) => `${topic}${offset}`);

describe('the reader of a lease', () => {
  it('takes the topics in turn', async () => {
    const [a, b] = [new Topic('a').add('0', '1', '2'), new Topic('b').add('0', '1', '2')];
    const reading = reader([a, b]);
    expect(offsets(await reading.fetch(2, signal))).toEqual(['a0', 'a1']);
    expect(offsets(await reading.fetch(2, signal))).toEqual(['b0', 'b1']);
    expect(offsets(await reading.fetch(9, signal))).toEqual(['a2', 'b2']);
  });

  it('delivers what it took of one topic when the next one fails, which the next fetch meets', async () => {
    const [a, b] = [new Topic('a').add('0'), new Topic('b').add('0')];
    const failing = vi.spyOn(b, 'take').mockImplementation(() => {
      throw new Error('b is locked');
    });
    const reading = reader([a, b]);
    expect(offsets(await reading.fetch(9, signal))).toEqual(['a0']);
    await expect(reading.fetch(9, signal)).rejects.toThrow('b is locked');
    failing.mockRestore();
    expect(offsets(await reading.fetch(9, signal))).toEqual(['b0']);
  });

  it('has no more in flight than its window, and goes on when something is acknowledged', async () => {
    const topic = new Topic('a').add('0', '1', '2');
    const reading = reader([topic], { maxInFlight: 2 });
    expect(await reading.fetch(9, signal)).toHaveLength(2);
    const next = reading.fetch(9, signal);
    topic.unacknowledged -= 2;
    reading.notify();
    expect(offsets(await next)).toEqual(['a2']);
  });

  it('stops at its bytes between topics', async () => {
    const reading = reader([new Topic('a').add('0', '1'), new Topic('b').add('0')], { maxBytes: 150 });
    expect(offsets(await reading.fetch(9, signal))).toEqual(['a0', 'a1']);
  });

  it('delivers a suspicious record alone, and nothing with it', async () => {
    const [a, b] = [new Topic('a').add('0', '1'), new Topic('b').add('0')];
    const reading = reader([a, b]);
    a.redeliverIndividually = true;
    expect(offsets(await reading.fetch(9, signal))).toEqual(['a0']);
    const next = reading.fetch(9, signal);
    reading.notify();
    expect(await Promise.race([next, new Promise((resolve) => setImmediate(resolve, 'waits'))])).toBe(
      'waits',
    );
    a.unacknowledged = 0;
    a.redeliverIndividually = false;
    reading.notify();
    expect(offsets(await next)).toEqual(['a1', 'b0']);
  });

  it('ends its waits with the signal or the lease, and throws an error once', async () => {
    const [stop, end] = [new AbortController(), new AbortController()];
    const reading = reader([new Topic('a')], { end: end.signal });
    const waiting = reading.fetch(1, stop.signal);
    stop.abort();
    expect(await waiting).toEqual([]);
    const failing = reading.fetch(1, signal);
    reading.fail(new Error('away'));
    await expect(failing).rejects.toThrow('away');
    const ended = reading.fetch(1, signal);
    end.abort();
    expect(await ended).toEqual([]);
  });
});
