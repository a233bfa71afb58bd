import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { type NewRecord, openDriver, partitionOf, rawHeadersOf, type StoredRecord } from '@millrace/streams';
import { requireOracle, requireService, shared, startKafka, startRedis } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { fromStored, keepsTimes } from '../src/copying/copied-record.ts';
import { call } from './support/call.ts';
import { type OrderLine, realOrders } from './support/real-orders.ts';
import { startCommand } from './support/start-command.ts';

const partitions = 3;
const withRedis = requireService('redis');
const withKafka = requireService('kafka');
const withOrders = requireOracle();
/** A small slice of the year; read when the test runs. */
let orders: readonly OrderLine[] = [];

withOrders('with the real orders', () =>
  withRedis('with Redis', () =>
    withKafka('and Kafka', () => {
      it('orders copied round all backends and a file, killed in the middle each time, are what they were', async () => {
        orders = await realOrders(shared.sales, 24_000);
        await using redis = await startRedis();
        await using kafka = await startKafka();
        const folder = await mkdtemp(join(tmpdir(), 'streams-copy-'));
        const [first, last] = ['first', 'last'].map((name) => `embedded:${join(folder, `${name}.db`)}`) as [
          string,
          string,
        ];
        const file = join(folder, 'orders.backup');
        await store(first);
        await interrupted(['copy', 'orders', redis.url, '--url', first], folder, () => countOf(redis.url));
        await interrupted(['copy', 'orders', kafka.url, '--url', redis.url], folder, () =>
          countOf(kafka.url),
        );
        await interrupted(['backup', 'orders', file, '--url', kafka.url], folder, () =>
          sizeOf(`${file}.part`),
        );
        await interrupted(['restore', file, '--url', last], folder, () => countOf(last));
        expect((await call(['verify', file])).code).toBe(0);
        const wanted = await contentOf(first);
        expect(wanted.flat()).toHaveLength(orders.length);
        expect(await contentOf(redis.url)).toEqual(wanted);
        expect(await contentOf(kafka.url)).toEqual(wanted);
        expect(await contentOf(last)).toEqual(wanted);
        // What came since is copied by the same call, and what is there is not copied again.
        await call(['produce', 'orders', 'one more', '--key', 'x', '--url', first]);
        const environment = { DATA_DIR: join(folder, 'data') };
        const again = await call(['copy', 'orders', redis.url, '--url', first, '--json'], { environment });
        expect(again.lines).toMatchObject([{ records: 1, resumed: true }]);
        expect((await contentOf(redis.url)).flat()).toHaveLength(orders.length + 1);
      });
    }),
  ),
);

withRedis('with Redis', () => {
  it('null values, bytes and headers that occur twice stay through copies, a file, and lines of JSON', async () => {
    await using redis = await startRedis();
    const folder = await mkdtemp(join(tmpdir(), 'streams-odd-'));
    const [first, last] = ['first', 'last'].map((name) => `embedded:${join(folder, `${name}.db`)}`) as [
      string,
      string,
    ];
    const file = join(folder, 'odd.backup');
    {
      await using driver = await openDriver(first);
      await driver.admin.ensureTopics([{ name: 'odd', partitions: 1 }]);
      await driver.append(oddRecords, { acks: 'leader' });
    }
    const environment = { DATA_DIR: join(folder, 'data') };
    const run = async (...given: string[]): Promise<void> =>
      expect(await call(given, { environment })).toMatchObject({ code: 0 });
    await run('copy', 'odd', redis.url, '--url', first);
    const same = redis.url.replace('127.0.0.1', 'localhost');
    expect(await call(['copy', 'odd', same, '--url', redis.url], { environment })).toMatchObject({ code: 2 });
    await run('backup', 'odd', file, '--url', redis.url);
    await run('verify', file, '--topic', 'odd', '--url', first);
    await run('restore', file, '--url', last);
    const { stdout } = await call(['consume', 'odd', '--json', '--url', last]);
    await run('topics', 'create', 'lines', '--url', last);
    expect(await call(['produce', 'lines', '--ndjson', '--url', last], { input: stdout })).toMatchObject({
      code: 0,
    });
    const wanted = await exactly(first, 'odd');
    expect(wanted).toHaveLength(oddRecords.length);
    expect(await exactly(last, 'odd')).toEqual(wanted);
    expect(await exactly(last, 'lines')).toEqual(wanted);
  });
});

const noUtf8 = Uint8Array.of(0xff, 0x00);
const odd = { topic: 'odd', partition: 0, headers: {}, timestamp: 1_700_000_000_000 };
const oddRecords: readonly NewRecord[] = [
  { ...odd, key: 'a', value: null, rawHeaders: [['original-timestamp', Buffer.from('5')]] },
  {
    ...odd,
    key: null,
    value: '',
    rawHeaders: [
      ['tag', Buffer.from('one')],
      ['tag', noUtf8],
      ['none', null],
    ],
  },
  { ...odd, key: noUtf8, value: noUtf8, headers: { plain: 'x' } },
  {
    ...odd,
    key: 'j',
    value: '{"n":1}',
    rawHeaders: [
      ['2', Buffer.from('x')],
      ['1', Buffer.from('y')],
    ],
  },
];

async function exactly(url: string, topic: string): Promise<unknown[]> {
  await using driver = await openDriver(url);
  const found: unknown[] = [];
  for await (const chunk of driver.read(topic, 0, 'earliest', { to: 'now', max: 500 }))
    for (const record of chunk)
      found.push([record.key, record.value, rawHeadersOf(record)].map((part) => JSON.stringify(part)));
  return found;
}

describe('a copy', () => {
  it('is never onto itself, by whichever name the log is called', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streams-self-'));
    const file = join(folder, 'streams.db');
    await call(['produce', 'notes', 'a', '--create', '1', '--url', `embedded:${file}`]);
    const environment = { DATA_DIR: join(folder, 'data') };
    for (const same of [
      `embedded:${folder}/../${basename(folder)}/streams.db`,
      `embedded:${relative('.', file)}`,
    ])
      expect(
        await call(['copy', 'notes', same, '--url', `embedded:${file}`], { environment }),
        same,
      ).toMatchObject({ code: 2, stderr: expect.stringContaining('onto itself') });
    await rm(folder, { recursive: true, force: true });
  });

  it('that an earlier version began is ended with the batches of that version', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streams-began-'));
    const [from, to] = ['from', 'to'].map((name) => `embedded:${join(folder, `${name}.db`)}`) as [
      string,
      string,
    ];
    const environment = { DATA_DIR: join(folder, 'data') };
    const copy = () => call(['copy', 'notes', to, '--url', from, '--json'], { environment });
    const values = Array.from({ length: 1_200 }, (_, number) => `note ${number}`);
    const add = (part: readonly string[]) =>
      call(['produce', 'notes', '--create', '1', '--quiet', '--url', from], { input: part.join('\n') });
    await add(values.slice(0, 500));
    expect((await copy()).lines).toMatchObject([{ records: 500 }]);
    await add(values.slice(500));
    // It wrote no size of its batches, and died before it could write that its second one is stored.
    const [name = ''] = await readdir(join(folder, 'data', 'copies'));
    const file = join(folder, 'data', 'copies', name);
    const { batchRecords: _, ...state } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify(state));
    {
      await using driver = await openDriver(to);
      const second = values.slice(500, 1_000).map((value) => {
        return { topic: 'notes', partition: 0, key: null, value, headers: {}, timestamp: 0 };
      });
      await driver.append(second, { acks: 'all', once: { producer: state.producer, sequence: 2 } });
    }
    expect((await copy()).code).toBe(0);
    const { stdout } = await call(['consume', 'notes', '--values', '--url', to]);
    expect(stdout.trimEnd().split('\n')).toEqual(values);
    await rm(folder, { recursive: true, force: true });
  });

  it('does not go on to a topic that is gone, or from one that was made again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streams-gone-'));
    const [from, to] = ['from', 'to'].map((name) => `embedded:${join(folder, `${name}.db`)}`) as [
      string,
      string,
    ];
    const environment = { DATA_DIR: join(folder, 'data') };
    const copy = (...more: string[]) => call(['copy', 'notes', to, '--url', from, ...more], { environment });
    await call(['produce', 'notes', 'a', 'b', '--create', '1', '--url', from]);
    expect((await copy()).code).toBe(0);
    await call(['topics', 'delete', 'notes', '--yes', '--url', to]);
    expect(await copy()).toMatchObject({ code: 1, stderr: expect.stringContaining('--restart') });
    expect((await copy('--restart')).stdout).toContain('copied 2 records');
    await call(['topics', 'delete', 'notes', '--yes', '--url', from]);
    await call(['produce', 'notes', 'other', '--create', '1', '--url', from]);
    expect(await copy()).toMatchObject({ code: 1, stderr: expect.stringContaining('made again') });
    await rm(folder, { recursive: true, force: true });
  });
});

describe('a sealed file', () => {
  it('that an earlier release wrote is restored', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streams-old-'));
    const [url, file] = [`embedded:${join(folder, 'streams.db')}`, join(folder, 'old.backup')];
    const retention = { maxRecords: 10 };
    const head = { format: 'millrace-backup', version: 1, topic: 'old', partitions: 1, retention };
    const record = { p: 0, o: '7', t: 1_700_000_000_000, kb: '/w==', v: '', h: { id: 'e-1', ü: '☃' } };
    const written = [{ ...head, ends: ['7'], startedAt: '2026-11-01T00:00:00.000Z' }, record];
    const lines = written.map((line) => `${JSON.stringify(line)}\n`);
    const begin = Buffer.byteLength(lines[0] ?? '');
    const end = Buffer.byteLength(lines.join(''));
    const sealed = { partition: 0, records: 1, begin, end, last: '7' };
    const sha256 = createHash('sha256').update(lines.join('')).digest('hex');
    const seal = { sha256, records: 1, partitions: [sealed] };
    await writeFile(file, `${lines.join('')}${JSON.stringify({ seal })}\n`);
    const environment = { DATA_DIR: join(folder, 'data') };
    expect(await call(['restore', file, '--url', url], { environment })).toMatchObject({ code: 0 });
    const { lines: found } = await call(['consume', 'old', '--json', '--url', url]);
    expect(found).toMatchObject([{ keyBase64: '/w==', text: '', headers: { id: 'e-1', ü: '☃' } }]);
    expect(found[0]).not.toHaveProperty('rawHeaders');
  });

  it('is refused when a byte of it has changed, is missing or was added', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streams-seal-'));
    const url = `embedded:${join(folder, 'streams.db')}`;
    await call(['topics', 'create', 'orders', '--url', url]);
    await call(['produce', 'orders', 'first', 'second', 'third', '--key', 'a', '--url', url]);
    const file = join(folder, 'orders.backup');
    expect((await call(['backup', 'orders', file, '--url', url])).code).toBe(0);
    expect((await call(['backup', 'orders', file, '--url', url])).code).toBe(2);
    expect(await call(['verify', file, '--topic', 'orders', '--url', url])).toMatchObject({ code: 0 });
    const whole = await readFile(file);
    const broken = async (bytes: Buffer): Promise<void> => {
      await writeFile(file, bytes);
      for (const given of [
        ['verify', file],
        ['restore', file, '--as', 'again', '--url', url],
      ])
        expect(await call(given)).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('INVALID_RECORD'),
        });
    };
    await broken(Buffer.from(whole.toString().replace('second', 'sec0nd')));
    await broken(whole.subarray(0, -10));
    await broken(Buffer.concat([whole, Buffer.from('more')]));
    await writeFile(file, whole);
    await truncate(file, whole.length - 1);
    expect((await call(['verify', file])).code).toBe(1);
    await writeFile(file, whole);
    await call(['topics', 'trim', 'orders', '--keep', '2', '--url', url]);
    const verified = await call(['verify', file, '--topic', 'orders', '--url', url, '--json']);
    expect(verified).toMatchObject({
      code: 1,
      lines: [{ difference: 'record 1 of partition 0 has another value' }],
    });
  });
});

/** The orders, with times and headers of their own. */
async function store(url: string): Promise<void> {
  await using driver = await openDriver(url);
  await driver.admin.ensureTopics([{ name: 'orders', partitions }]);
  const records = orders.map(({ key, value, time, headers }) => {
    return { topic: 'orders', partition: partitionOf(key, partitions), key, value, headers, timestamp: time };
  });
  await driver.append(records, { acks: 'leader' });
}

/** Runs a command, kills it when it has done something and is not done, and runs it again to its end. */
async function interrupted(
  given: readonly string[],
  folder: string,
  progress: () => Promise<number>,
): Promise<void> {
  const { child } = startCommand(given, folder);
  const exit = once(child, 'exit');
  while (child.exitCode === null && (await progress()) === 0)
    await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  const [, signal] = await exit;
  expect(signal, `${given[0]} was killed before it ended`).toBe('SIGKILL');
  const again = startCommand(given, folder).child;
  const [code] = await once(again, 'exit');
  expect(code, given.join(' ')).toBe(0);
}

async function countOf(url: string): Promise<number> {
  if (url.startsWith('embedded:') && (await sizeOf(url.slice('embedded:'.length))) === 0) return 0;
  await using driver = await openDriver(url);
  if (!(await driver.admin.topics()).includes('orders')) return 0;
  const { partitions: described } = await driver.admin.describe('orders');
  return described.reduce((sum, { records }) => sum + records, 0);
}

async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** All that a copy has to keep, partition by partition, in order. */
async function contentOf(url: string): Promise<unknown[][]> {
  await using driver = await openDriver(url);
  const content: unknown[][] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    const records: StoredRecord[] = [];
    for await (const chunk of driver.read('orders', partition, 'earliest', { to: 'now', max: 500 }))
      records.push(...chunk);
    content.push(
      records.map((record) => {
        const { key, value, headers, timestamp } = fromStored(record, keepsTimes(driver));
        const texts = headers.map(([name, content]) => [name, String(content)]);
        return [String(key), String(value), texts.toSorted(), timestamp];
      }),
    );
  }
  return content;
}
