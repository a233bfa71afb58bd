import {
  external,
  type Notice,
  on,
  onBatch,
  type Position,
  type RunOptions,
  type Streams,
  store,
  topic,
} from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { type RedisServer, requireService, startRedis, startReplyProxy } from '@millrace/testing';
import { describe, expect, test, vi } from 'vitest';
import { openRedis } from '../src/index.ts';
import { stubbornly } from './support.ts';

const withRedis = requireService('redis');

interface Payment {
  readonly n: number;
  readonly amount: number;
}

interface Booked extends Payment {
  readonly balance: number;
}

const payments = topic<Payment>('payments', { key: () => 'alice', id: ({ n }) => `p${n}` });
const booked = topic<Booked>('booked', { key: () => 'alice' });
const balances = store<number>('balances');
const leaseMs = 20_000;
const kept = 2;
const payment = (n: number): Payment => ({ n, amount: 10 ** n });

/** What a group's handler does, and what it left when it is done. */
interface Work {
  readonly options: RunOptions;
  /** The payments handled for good, in order. */
  result(streams: Streams): Promise<number[]>;
}

/** After the first payments the handler waits until the snapshot was taken. */
type Pause = (n: number) => Promise<void>;

const common = { group: 'bank', leaseMs, concurrency: 1, batch: 1, acks: 'leader' } as const;

const works: Readonly<Record<string, (pause: Pause) => Work>> = {
  'exactly-once, with state': (pause) => ({
    options: {
      ...common,
      mode: 'partitioned',
      delivery: 'exactly-once',
      stores: [balances],
      dedupe: { window: { count: 1_000 } },
      routes: [
        on(payments, async ({ value }, context) => {
          await pause(value.n);
          const balance = ((await context.state(balances).get('alice')) ?? 0) + value.amount;
          context.state(balances).set('alice', balance);
          context.send(booked, { ...value, balance });
        }),
      ],
    },
    result: async (streams) => {
      const found = await all(streams);
      // A balance is the sum of what was booked up to it, whatever was lost.
      let sum = 0;
      for (const { amount, balance } of found) {
        sum += amount;
        expect(balance).toBe(sum);
      }
      return found.map(({ n }) => n);
    },
  }),
  'at-least-once': (pause) => ({
    options: {
      ...common,
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [
        on(payments, async ({ value }, context) => {
          await pause(value.n);
          context.send(booked, { ...value, balance: 0 });
        }),
      ],
    },
    result: async (streams) => (await all(streams)).map(({ n }) => n),
  }),
  'exactly-once, competing': (pause) => ({
    options: {
      ...common,
      mode: 'competing',
      delivery: 'exactly-once',
      routes: [
        on(payments, async ({ value }, context) => {
          await pause(value.n);
          context.send(booked, { ...value, balance: 0 });
        }),
      ],
    },
    result: async (streams) => (await all(streams)).map(({ n }) => n).toSorted((a, b) => a - b),
  }),
  external: (pause) => {
    const saved: number[] = [];
    let position: Position | undefined;
    return {
      options: {
        ...common,
        mode: 'partitioned',
        delivery: external({ load: () => (position ? [position] : []) }),
        routes: [
          onBatch(payments, 1, async (messages, { previous, last }) => {
            for (const { value } of messages) await pause(value.n);
            if (previous?.offset !== position?.offset) throw new Error('another one saved meanwhile');
            position = { topic: last.topic, partition: last.partition, offset: last.offset };
            saved.push(...messages.map(({ value }) => value.n));
          }),
        ],
      },
      result: async () => saved,
    };
  },
};

/** How the server loses what it had confirmed after the snapshot. */
const losses: Readonly<Record<string, () => Promise<Backend>>> = {
  'restarted from an older snapshot': async () => {
    const server = await startRedis({ arguments: ['--appendonly', 'no'] });
    return {
      url: server.url,
      snapshot: async () => void (await server.command('SAVE')),
      lose: async () => {
        await server.kill();
        await server.start();
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
  'replaced by a replica that lacks the last writes': async () => {
    const [master, replica] = [await startRedis(), await startRedis()];
    await replica.command('REPLICAOF', '127.0.0.1', master.port);
    const proxy = await startReplyProxy(master.port);
    return {
      url: `redis://127.0.0.1:${proxy.port}`,
      snapshot: async () => {
        await vi.waitFor(async () => expect(await master.command('WAIT', 1, 0)).toContain(':1'), 20_000);
        await vi.waitFor(async () => expect(await offset(replica)).toBe(await offset(master)), 20_000);
        // It keeps what it has, as a replica does whose link is cut.
        await replica.command('REPLICAOF', '127.0.0.1', '1');
      },
      lose: async () => {
        await master.kill();
        await replica.command('REPLICAOF', 'NO', 'ONE');
        proxy.switchTo(replica.port);
      },
      [Symbol.asyncDispose]: async () => {
        await proxy[Symbol.asyncDispose]();
        await master[Symbol.asyncDispose]();
        await replica[Symbol.asyncDispose]();
      },
    };
  },
};

interface Backend extends AsyncDisposable {
  readonly url: string;
  snapshot(): Promise<void>;
  lose(): Promise<void>;
}

/** The owner of a lease stands still through it: neither its cache nor its position may outlive what the server lost. */
withRedis('a server that goes back in time within the lease', () => {
  // Each has servers of its own, and waits most of its time.
  describe.concurrent.each(Object.keys(losses))('%s', (loss) => {
    test.each(Object.keys(works))(
      '%s: everything it still has is handled, once and in order',
      async (mode) => {
        await using backend = await (losses[loss] as () => Promise<Backend>)();
        const notices: Notice[] = [];
        const driver = await openRedis(backend.url);
        driver.onNotice((notice) => notices.push(notice));
        await using streams = createStreams(driver);
        await streams.admin.ensureTopics(['payments', 'booked'].map((name) => ({ name, partitions: 1 })));
        const taken = Promise.withResolvers<void>();
        const reached = Promise.withResolvers<void>();
        const work = (works[mode] as (pause: Pause) => Work)(async (n) => {
          if (n !== kept + 1) return;
          reached.resolve();
          await taken.promise;
        });
        await streams.publish(payments, [1, 2, 3, 4, 5].map(payment), { acks: 'leader' });
        await using running = await streams.run(work.options);
        await reached.promise;
        await backend.snapshot();
        taken.resolve();
        await running.caughtUp();
        await backend.lose();
        await stubbornly(() => streams.publish(payments, [payment(6)], { acks: 'leader' }));
        await vi.waitFor(async () => expect((await work.result(streams)).at(-1)).toBe(6), 60_000);
        await running.caughtUp();
        expect(await work.result(streams)).toEqual([1, 2, 3, 4, 5, 6]);
        expect(running.state()).toBe('running');
        if (mode !== 'exactly-once, competing') {
          expect(notices.map(({ kind }) => kind)).toContain('rolled-back');
        }
      },
    );
  });
});

async function all(streams: Streams): Promise<Booked[]> {
  const found: Booked[] = [];
  for await (const { value } of streams.read(booked, { to: 'now' })) found.push(value);
  return found;
}

async function offset(server: RedisServer): Promise<string | undefined> {
  const info = await server.command('INFO', 'replication');
  return /(?:slave_repl_offset|master_repl_offset):(\d+)/.exec(info)?.[1];
}
