import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emails } from '@millrace/events';
import { type StartedService, startService } from '@millrace/service';
import { bytes, on, openStreams, Rejected, rawHeadersOf, type Streams, topic } from '@millrace/streams';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dashboardOf } from '../src/app.ts';
import { type Parcel, parcels, Scales } from './fixtures/parcels.ts';

const count = 500;

let started: StartedService;
let streams: Streams;
let scales: Scales;

async function get<Result>(path: string): Promise<Result> {
  const response = await fetch(started.url + path);
  expect(response.status).toBe(200);
  return response.json() as Promise<Result>;
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(started.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'dashboard-changes-'));
  started = await startService(dashboardOf({}), { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent' });
  await started.ready;
  streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
  scales = new Scales(streams);
  await scales.giveUp(count);
});

afterAll(async () => {
  await streams[Symbol.asyncDispose]();
  await started.stop();
});

describe('messages', () => {
  it.each([
    ['by key', 'from=earliest&key=p17', ['p17']],
    ['by header', 'from=earliest&header=id%3Dparcel-18', ['p18']],
    ['by JSON path', 'from=earliest&where=id%3E497', ['p498', 'p499']],
  ])('are found %s', async (_, query, keys) => {
    const found = await get<{ messages: { key: string }[]; looked: number; ended: string }>(
      `/api/topics/parcels/messages?${query}`,
    );
    expect(found.messages.map(({ key }) => key).toSorted()).toEqual(keys);
    expect(found).toMatchObject({ looked: count, ended: 'end' });
  });

  it('are read on from a cursor until all were seen once', async () => {
    const seen: string[] = [];
    let path = '/api/topics/parcels/messages?from=earliest&limit=200';
    for (let ended = 'limit'; ended === 'limit'; ) {
      const found = await get<{ messages: { key: string }[]; cursor: string; ended: string }>(path);
      seen.push(...found.messages.map(({ key }) => key));
      path = `/api/topics/parcels/messages?limit=200&cursor=${encodeURIComponent(found.cursor)}`;
      ended = found.ended;
    }
    expect(new Set(seen).size).toBe(count);
    expect(seen).toHaveLength(count);
  });

  it('come newest last when the newest are asked for', async () => {
    const found = await get<{ messages: { timestamp: number }[]; ended: string }>(
      '/api/topics/parcels/messages?from=newest&limit=20',
    );
    expect(found.messages).toHaveLength(20);
    expect(found.ended).toBe('limit');
    const times = found.messages.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });

  it('are the very newest where thousands were stored within a moment', async () => {
    const crowd = topic<Parcel>('crowd', { key: ({ id }) => `p${id}` });
    await streams.admin.ensureTopics([{ topic: crowd, partitions: 1 }]);
    const size = 25_000;
    await streams.publish(
      crowd,
      Array.from({ length: size }, (_, id) => ({ id, weight: 1 })),
    );
    const found = await get<{ messages: { value: { id: number } }[]; ended: string }>(
      '/api/topics/crowd/messages?limit=3',
    );
    expect(found.messages.map(({ value }) => value.id)).toEqual([size - 3, size - 2, size - 1]);
    expect(found.ended).toBe('limit');
  });

  it('are found by what is not shown of a long value', async () => {
    const letters = topic<{ readonly text: string; readonly end: string }>('long-letters', {
      key: ({ end }) => end,
    });
    await streams.admin.ensureTopics([{ topic: letters, partitions: 1 }]);
    const text = 'x'.repeat(1_000_000);
    await streams.publish(letters, [
      { text, end: 'yours' },
      { text, end: 'regards' },
    ]);
    const found = await get<{ messages: { key: string; value: string; bytes: number }[] }>(
      '/api/topics/long-letters/messages?where=end%3Dregards',
    );
    expect(found.messages).toMatchObject([{ key: 'regards', bytes: expect.any(Number) }]);
    expect(found.messages[0]?.value.length).toBeLessThan(100_000);
  });

  it('hide what their schema calls personal, and the key that holds it, unless it is asked for', async () => {
    const order = { type: 'EmailRequested', occurredAt: '2026-11-30T09:00:00Z', orderId: 'o-1' } as const;
    await streams.publish(emails, [{ ...order, payerId: '17850', status: 'product_shipped' }]);
    const path = '/api/topics/emails/messages?from=earliest';
    const hidden = await get<{ messages: { value: object; masked: string[] }[] }>(path);
    expect(hidden.messages[0]).toMatchObject({
      value: { orderId: 'o-1', payerId: '•••' },
      masked: ['payerId'],
    });
    const shown = await get<{ messages: { value: object }[] }>(`${path}&reveal=true`);
    expect(shown.messages[0]?.value).toMatchObject({ payerId: '17850' });
  });

  it('are followed as they come', async () => {
    const response = await fetch(`${started.url}/api/topics/parcels/follow?where=id%3D1000`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = (await reader?.read())?.value ?? '';
    // Following begins at the end that there is when the read begins, which is after the answer.
    const publishing = setInterval(() => void streams.publish(parcels, [{ id: 1000, weight: 7 }]), 50);
    while (!heard.includes('event: message')) heard += (await reader?.read())?.value ?? '';
    clearInterval(publishing);
    await reader?.cancel();
    expect(heard).toContain('"weight":7');
  });

  it('of a topic that there is not are not found', async () => {
    expect((await fetch(`${started.url}/api/topics/none/messages`)).status).toBe(404);
  });
});

describe('changes', () => {
  it.each([
    ['another site, as a browser says', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbouring site', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'http://evil.example' }],
  ])('are refused from %s', async (_, headers) => {
    const response = await post('/api/groups/scales/redrive', { letters: 'all' }, headers);
    expect(response.status).toBe(403);
  });

  it('redrive five hundred dead letters, edited, each once, and mark them', async () => {
    const before = await get<{ letters: { id: string; redrivenAt: number | null }[] }>(
      '/api/groups/scales/dead-letters?limit=2000',
    );
    expect(before.letters).toHaveLength(count);
    const [first] = before.letters;
    const edit = { set: [{ path: 'weight', to: '5' }] };
    const one = await post('/api/groups/scales/redrive', { letters: [first?.id], edit });
    expect(await one.json()).toEqual({ redriven: 1 });
    const again = await post('/api/groups/scales/redrive', { letters: [first?.id], edit });
    expect(again.status).toBe(409);
    const all = await post('/api/groups/scales/redrive', { letters: 'all', edit });
    expect(await all.json()).toEqual({ redriven: count - 1 });
    await scales.weigh();
    expect([...scales.taken.keys()].filter((id) => id < count)).toHaveLength(count);
    expect(new Set([...scales.taken].filter(([id]) => id < count).map(([, weight]) => weight))).toEqual(
      new Set([5]),
    );
    const after = await get<{ letters: { redrivenAt: number | null }[] }>(
      '/api/groups/scales/dead-letters?limit=2000',
    );
    expect(after.letters.every(({ redrivenAt }) => redrivenAt !== null)).toBe(true);
    // Nobody else finds them to redrive again.
    const left: unknown[] = [];
    for await (const letter of streams.admin.deadLetters('scales')) left.push(letter);
    expect(left).toEqual([]);
  });

  it('move a group after a dry run that moves nothing', async () => {
    const dry = await post('/api/groups/scales/seek', { to: 'earliest', dryRun: true });
    const plan = (await dry.json()) as { moves: { lagChange: number }[]; done: boolean };
    expect(plan.done).toBe(false);
    const stored = (await streams.admin.describe(parcels)).partitions.reduce(
      (sum, each) => sum + each.records,
      0,
    );
    expect(plan.moves.reduce((sum, { lagChange }) => sum + lagChange, 0)).toBe(stored);
    expect(await streams.admin.lag('scales')).toBe(0);
    await post('/api/groups/scales/seek', { to: 'earliest', dryRun: false });
    expect(await streams.admin.lag('scales')).toBe(stored);
  });

  it('say why a group that is at work cannot be moved', async () => {
    const response = await post('/api/groups/dashboard/seek', { to: 'earliest', dryRun: false });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('members') });
  });

  it('are written to the audit topic, with how they ended', async () => {
    const audit = topic<Uint8Array>('dashboard.audit', { codec: bytes });
    const records: { type: string; action: string; target: string }[] = [];
    for await (const { value } of streams.read(audit, { to: 'now' }))
      records.push(JSON.parse(Buffer.from(value).toString()));
    const redrives = records.filter(({ action, target }) => action === 'redrive' && target === 'scales');
    expect(redrives.map(({ type }) => type)).toEqual([
      'ChangeRequested',
      'ChangeDone',
      'ChangeRequested',
      'ChangeFailed',
      'ChangeRequested',
      'ChangeDone',
    ]);
    expect(records).toContainEqual(
      expect.objectContaining({ type: 'ChangeFailed', action: 'seek', target: 'dashboard' }),
    );
  });

  it('show and redrive a record without a value, and headers of bytes and several of a name, as they are', async () => {
    const notes = topic<Parcel>('notes', { key: ({ id }) => `p${id}`, nullable: true });
    await streams.admin.ensureTopics([{ topic: notes, partitions: 1 }]);
    const headers = { id: 'n-1', tag: ['one', Uint8Array.of(0xff), null] };
    await streams.publish(notes, [null], { key: 'p1', headers });
    await using running = await streams.run({
      group: 'readers',
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [
        on(notes, () => {
          throw new Rejected('nothing to read');
        }),
      ],
    });
    await running.caughtUp();
    await running.stop();
    const { letters } = await get<{ letters: { message: object }[] }>('/api/groups/readers/dead-letters');
    const shown = { id: 'n-1', tag: 'one, base64:/w==, (no value)' };
    expect(letters.map(({ message }) => message)).toMatchObject([
      { key: 'p1', value: null, form: 'tombstone', bytes: 0, headers: shown },
    ]);
    const redriven = await post('/api/groups/readers/redrive', { letters: 'all' });
    expect(await redriven.json()).toEqual({ redriven: 1 });
    const stored: unknown[] = [];
    for await (const { record } of streams.read(notes, { to: 'now' }))
      stored.push([String(record.key), record.value, rawHeadersOf(record)]);
    expect(stored).toHaveLength(2);
    expect(stored[1]).toEqual(stored[0]);
  });
});

it('only shows where other machines can look, unless it is told otherwise', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'dashboard-open-'));
  const DASHBOARD_TOKEN = 'a-token-of-enough-length';
  const open = await startService(dashboardOf({}), {
    DATA_DIR,
    DASHBOARD_TOKEN,
    PORT: '0',
    HOST: '0.0.0.0',
    LOG_LEVEL: 'silent',
  });
  await open.ready;
  const response = await fetch(`http://127.0.0.1:${new URL(open.url).port}/api/groups/dashboard/seek`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${DASHBOARD_TOKEN}` },
    body: JSON.stringify({ to: 'latest', dryRun: false }),
  });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining('DASHBOARD_WRITE=on') });
  await open.stop();
});
