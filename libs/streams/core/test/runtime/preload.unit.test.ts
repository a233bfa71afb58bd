import { describe, expect, it } from 'vitest';
import type { Driver } from '../../src/driver.ts';
import type { Lease } from '../../src/lease.ts';
import { Partitioner } from '../../src/producer-record.ts';
import type { Delivery } from '../../src/record.ts';
import { on, type StatefulContext } from '../../src/routes.ts';
import { Health } from '../../src/runtime/health.ts';
import { runLease } from '../../src/runtime/lease-worker.ts';
import { settingsOf } from '../../src/runtime/settings.ts';
import { store } from '../../src/store.ts';
import { type Topic, topic } from '../../src/topic.ts';

const requests = topic<string>('requests');
const halves = store<string>('halves');

function delivery(key: string | null, offset: number): Delivery {
  const [bytes, value] = [key === null ? null : Buffer.from(key), Buffer.from('"x"')];
  return {
    topic: requests.name,
    partition: 0,
    offset: String(offset),
    key: bytes,
    value,
    headers: {},
    timestamp: 0,
    attempt: 1,
  };
}

/** Handles the batches one after another; answers the keys of each call that loaded state, batch by batch. */
async function loadsOf(
  batches: readonly (readonly (string | null)[])[],
  keyOf: (key: string) => string,
): Promise<string[][][]> {
  const stopFetching = new AbortController();
  const loads: string[][][] = [];
  let offset = 0;
  const lease = {
    partition: 0,
    lost: new AbortController().signal,
    fetch: async () => {
      const batch = batches[loads.length];
      if (!batch) stopFetching.abort();
      else loads.push([]);
      return batch?.map((key) => delivery(key, offset++)) ?? [];
    },
    load: async (_, keys) => {
      loads.at(-1)?.push([...keys]);
      return keys.map(() => undefined);
    },
    commit: async () => undefined,
  } as Partial<Lease> as Lease;
  const driver = { capabilities: { maxRecordBytes: 1_000 } } as Driver;
  const handler = async (
    { key }: { readonly key: string | null },
    context: StatefulContext,
  ): Promise<void> => {
    if (key !== null) await context.state(halves).get(keyOf(key));
  };
  const plain = settingsOf(
    {
      group: 'joiner',
      mode: 'partitioned',
      delivery: 'exactly-once',
      routes: [on<string, StatefulContext>(requests, handler)],
      stores: [halves],
    },
    driver,
    new Partitioner(driver),
  );
  const settings = { ...plain, health: new Health(plain.group, {}) };
  const deadLetters: Topic<unknown> = topic('joiner.dead-letters');
  const { signal } = stopFetching;
  await runLease({ settings, deadLetters, stopFetching: signal, abortHandlers: signal }, lease);
  return loads;
}

describe('Preloader', () => {
  it('loads the state of a batch in one call, by the keys of its messages', async () => {
    const loads = await loadsOf([['a'], ['b', null, 'c', 'b']], (key) => key);
    expect(loads).toEqual([[['a']], [['b', 'c']]]);
  });

  it('also where handlers put something before the key', async () => {
    const loads = await loadsOf([['a'], ['b', 'c', 'd']], (key) => `sale:${key}`);
    expect(loads).toEqual([[['sale:a']], [['sale:b', 'sale:c', 'sale:d']]]);
  });

  it('leaves to handlers what cannot be told from the key', async () => {
    const loads = await loadsOf([['a'], ['b', 'c']], (key) => `${key}/1`);
    expect(loads).toEqual([[['a/1']], [['b/1'], ['c/1']]]);
  });

  it('gives up on prefixes that are always new', async () => {
    const batches = Array.from({ length: 30 }, (_, index) => [`key-${index}`]);
    const loads = await loadsOf(batches, (key) => `${key.slice(4)}:${key}`);
    expect(Math.max(...loads.flat().map((keys) => keys.length))).toBe(4);
  });
});
