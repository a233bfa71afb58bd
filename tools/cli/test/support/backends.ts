import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireService, startKafka, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, describe } from 'vitest';

export const backendNames = ['embedded', 'redis', 'kafka'] as const;
export type BackendName = (typeof backendNames)[number];

interface Server extends AsyncDisposable {
  readonly url: string;
}

const starters: Readonly<Record<BackendName, () => Promise<Server>>> = {
  embedded: async () => ({
    url: `embedded:${join(await mkdtemp(join(tmpdir(), 'streams-cli-')), 'streams.db')}`,
    [Symbol.asyncDispose]: async () => undefined,
  }),
  redis: startRedis,
  kafka: startKafka,
};

/** Tests that run on every backend, each with a server of its own for the whole file. */
export function onEveryBackend(body: (backend: BackendName, url: () => string) => void): void {
  for (const name of backendNames) onBackend(name, (url) => body(name, url));
}

export function onBackend(name: BackendName, body: (url: () => string) => void): void {
  const when = name === 'embedded' ? describe : requireService(name);
  when(`on ${name}`, () => {
    const server = startedOnce(starters[name]);
    body(() => server().url);
  });
}

/** Starts it before the tests of this place and disposes of it after them; to be asked for within tests alone. */
export function startedOnce<Started extends AsyncDisposable>(start: () => Promise<Started>): () => Started {
  let started: Started | undefined;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started?.[Symbol.asyncDispose]());
  return () => {
    if (!started) throw new Error('it is started before the tests, and not yet');
    return started;
  };
}
