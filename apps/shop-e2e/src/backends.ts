import { requireService, type ServiceName, startRedis } from '@millrace/testing';
import { describe } from 'vitest';

/** A backend that the whole shop is run on. */
export interface Backend {
  readonly name: string;
  /** What must be there to start it. */
  readonly service?: ServiceName;
  /** Starts what it needs. */
  open(): Promise<OpenBackend>;
}

export interface OpenBackend extends AsyncDisposable {
  /** Undefined for a file in each run's folder. */
  readonly url: string | undefined;
}

const embedded: Backend = {
  name: 'embedded',
  open: async () => ({ url: undefined, [Symbol.asyncDispose]: async () => undefined }),
};

const redis: Backend = { name: 'Redis', service: 'redis', open: () => startRedis() };

const usual: readonly Backend[] = [embedded, redis];

/** A backend that runs by now and that the test ends. */
export function already(url: string): Backend {
  return { name: url, open: async () => ({ url, [Symbol.asyncDispose]: async () => undefined }) };
}

/** A suite for what does not depend on the backend. */
export function onOneBackend(title: string, body: (backend: Backend) => void): void {
  suite(title, embedded, body);
}

/** A suite for each usual backend, skipped with a reason where it cannot be started. */
export function onEachBackend(title: string, body: (backend: Backend) => void): void {
  for (const backend of usual) suite(title, backend, body);
}

function suite(title: string, backend: Backend, body: (backend: Backend) => void): void {
  const declare = backend.service === undefined ? describe : requireService(backend.service);
  declare(`${title} ${backend.name}`, () => body(backend));
}
