import { type Scenario, scenarios } from '@millrace/guide';
import { requireService, startKafka, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKafkaAdmin } from '../src/native/kafka-admin.ts';
import { trimmed } from './damages.ts';
import { playThrough, scenarioOf, toldTwice } from './play-through.ts';
import { servers } from './servers.ts';

/** A seed decides orders and keys of the pictures that have any choice. */
const seeds = [1, 2, 3];
/** Picture 8 fills the server, with the same whatever the seed. */
const seedsOf = ({ id }: Scenario): readonly number[] => (id === '8' ? seeds.slice(0, 1) : seeds);

/** Those with which nothing else plays it on the embedded log. */
const seedsLeft = (scenario: Scenario): readonly number[] =>
  toldTwice.includes(scenario) ? seeds.slice(1) : seedsOf(scenario);

describe.concurrent('the pictures on the embedded log', () => {
  for (const scenario of scenarios.filter(({ backends }) => backends.includes('embedded')))
    test(`${scenario.id} holds its claims`, async () => {
      for (const options of [...seedsLeft(scenario).map((seed) => ({ seed })), ...drawnOtherwise(scenario)]) {
        const { claims, failed } = await playThrough(scenario, options);
        expect(claims.length).toBeGreaterThan(1);
        expectNone(failed);
      }
    });
});

requireService('redis')('the pictures on Redis', () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    expect(await server.command('DBSIZE')).toBe(':0\r\n');
    await server[Symbol.asyncDispose]();
  });

  test('13 notices at its ids that the stream was trimmed', async () => {
    const { failed } = await playThrough(scenarioOf('13'), {
      backend: server.url,
      parameters: { partitions: 1 },
      ...trimmed,
    });
    expect(failed).toContainEqual(
      expect.stringContaining('An id is milliseconds and a sequence, and some share a millisecond:'),
    );
  });

  describe.concurrent('one by one', () => {
    for (const scenario of onBackend('redis'))
      test(`${scenario.id} holds its claims and shows what was sent`, async () => {
        for (const seed of seedsOf(scenario)) await holdsAndShows(scenario, server.url, seed, 'XADD ');
      });
  });
});

requireService('kafka')('the pictures on Kafka', () => {
  let server: Awaited<ReturnType<typeof startKafka>>;
  beforeAll(async () => {
    server = await startKafka();
  });
  afterAll(async () => {
    const admin = await openKafkaAdmin(server.url);
    const topics = await admin.listTopics();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    expect(
      [...topics, ...groups.map(({ groupId }) => groupId)].filter((name) => name.includes('guide-')),
    ).toEqual([]);
    await server[Symbol.asyncDispose]();
  });

  test('13 notices at its ids that the stream was trimmed', async () => {
    const { failed } = await playThrough(scenarioOf('13'), {
      backend: server.url,
      parameters: { partitions: 1 },
      ...trimmed,
    });
    expect(failed).toContainEqual(expect.stringContaining('Offsets of each partition count from 0:'));
  });

  describe.concurrent('one by one', () => {
    for (const scenario of onBackend('kafka'))
      test(`${scenario.id} holds its claims and shows what was sent`, async () => {
        for (const seed of seedsOf(scenario)) await holdsAndShows(scenario, server.url, seed, 'Produce v');
      });
  });
});

test('a run that is aborted in the middle of a step throws the reason and nothing else', async () => {
  const interrupted = new AbortController();
  const reason = new Error('enough');
  const beforeStep = async (): Promise<void> => void setImmediate(() => interrupted.abort(reason));
  const played = playThrough(scenarioOf('17'), { signal: interrupted.signal, beforeStep });
  await expect(played).rejects.toBe(reason);
});

test('a run that is aborted while its claims are checked throws the reason: what was read by then is not the whole', async () => {
  const interrupted = new AbortController();
  const reason = new Error('enough');
  const beforeClaims = async (): Promise<void> => interrupted.abort(reason);
  const played = playThrough(scenarioOf('23'), { signal: interrupted.signal, beforeClaims });
  await expect(played).rejects.toBe(reason);
});

/** Those of clusters are tested on their own. */
function onBackend(backend: 'redis' | 'kafka'): Scenario[] {
  return scenarios.filter(({ backends, needs }) => backends.includes(backend) && needs === 'one server');
}

/** The pictures of a scenario that have other numbers than its defaults. */
function drawnOtherwise({
  ofPicture = {},
}: Scenario): { readonly parameters: Readonly<Record<string, number>> }[] {
  return Object.values(ofPicture).map((parameters) => ({ parameters }));
}

/** Of the claims that failed; names each with its evidence. */
function expectNone(failed: readonly string[]): void {
  expect(failed, failed.join('\n')).toEqual([]);
}

async function holdsAndShows(scenario: Scenario, url: string, seed: number, sign: string): Promise<void> {
  const { events, failed } = await playThrough(scenario, { backend: url, seed, servers });
  expectNone(failed);
  if (seed === 1)
    for (const options of drawnOtherwise(scenario))
      expectNone((await playThrough(scenario, { backend: url, ...options })).failed);
  const sent = events.flatMap((e) =>
    e.kind === 'command' && e.command.source === 'sent' ? [e.command.text] : [],
  );
  expect(sent.some((text) => text.startsWith(sign))).toBe(true);
}
