import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GuideError } from '../engine/guide-error.ts';

const services = ['storefront', 'payment', 'inventory', 'shipping'] as const;
const main = import.meta.url.endsWith('.ts') ? 'src/main.ts' : 'dist/main.js';
const apps = fileURLToPath(new URL('../../../../apps/', import.meta.url));

interface Service {
  readonly name: string;
  readonly child: ChildProcess;
  readonly gone: Promise<unknown>;
}

/** The services of the shop that an order passes through, each a process of its own on the backend of a run. */
export class Shop implements AsyncDisposable {
  readonly #folder: string;
  readonly #services: readonly Service[];

  private constructor(folder: string, url: string) {
    this.#folder = folder;
    this.#services = services.map((name) => {
      const child = fork(join(apps, name, main), {
        env: environment(folder, url),
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        // A Ctrl-C of the terminal is for the player, which ends them.
        detached: true,
      });
      return { name, child, gone: once(child, 'exit') };
    });
  }

  /** `streams.db` of a backend that is a file must exist: services only ever open it. */
  static async open(url: string): Promise<Shop> {
    const missing = services.find((name) => !existsSync(join(apps, name, main)));
    if (missing !== undefined)
      throw new GuideError(`the shop is not installed here: there is no ${join(apps, missing, main)}`);
    return new Shop(await mkdtemp(join(tmpdir(), 'millrace-guide-shop-')), url);
  }

  get pids(): ReadonlyMap<string, number> {
    return new Map(this.#services.map(({ name, child }) => [name, child.pid ?? 0]));
  }

  /** The storefront's address, once all services are ready. Throws when one ends before. */
  async ready(): Promise<string> {
    const urls = await Promise.all(this.#services.map(readyUrl));
    return urls[services.indexOf('storefront')] ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.#services) child.kill('SIGKILL');
    await Promise.all(this.#services.map(({ gone }) => gone));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function readyUrl({ name, child, gone }: Service): Promise<string> {
  const ready = once(child, 'message').then(([message]: { readonly url: string }[]) => message?.url ?? '');
  return Promise.race([
    ready,
    gone.then(() => Promise.reject(new Error(`${name} ended before it was ready`))),
  ]);
}

function environment(folder: string, url: string): Record<string, string> {
  return {
    STREAMS_URL: url,
    DATA_DIR: folder,
    PORT: '0',
    LOG_LEVEL: 'error',
    PARTITIONS: '2',
    LEASE_MS: '1000',
    OPENING_STOCK: '50',
    DELIVERY_DELAY_MS: '300',
    SHOPPER: 'off',
  };
}
