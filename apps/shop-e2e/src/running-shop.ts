import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '@millrace/testing';

export const serviceNames = [
  'dashboard',
  'storefront',
  'payment',
  'inventory',
  'shipping',
  'email',
  'crm',
  'database',
  'webserver',
] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface RunningShopOptions {
  readonly services: readonly ServiceName[];
  /** Undefined for a file in the shop's folder. */
  readonly streamsUrl?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** Services on one backend, each a process of its own, without a shopper: orders come from the test. */
export class RunningShop implements AsyncDisposable {
  readonly streamsUrl: string;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #processes = new Map<ServiceName, ServiceProcess>();

  private constructor({ streamsUrl, environment }: RunningShopOptions) {
    this.#folder = mkdtempSync(join(tmpdir(), 'running-shop-'));
    this.streamsUrl = streamsUrl ?? `embedded:${this.#folder}/streams.db`;
    this.#environment = {
      STREAMS_URL: this.streamsUrl,
      DATA_DIR: this.#folder,
      PARTITIONS: '2',
      LEASE_MS: '1000',
      OPENING_STOCK: '5',
      DELIVERY_DELAY_MS: '100',
      SHOPPER: 'off',
      ...environment,
    };
  }

  /** Resolves when all of them are ready. */
  static async open(options: RunningShopOptions): Promise<RunningShop> {
    const shop = new RunningShop(options);
    for (const name of options.services) shop.start(name);
    await Promise.all(options.services.map((name) => shop.address(name)));
    return shop;
  }

  start(app: ServiceName): void {
    this.#processes.set(app, new ServiceProcess({ app, environment: this.#environment }));
  }

  /** Ends a service without a chance to finish or export anything. */
  async kill(service: ServiceName): Promise<void> {
    await this.#processes.get(service)?.kill();
  }

  /** Where it listens, once it is ready. */
  async address(service: ServiceName): Promise<string> {
    return this.#processes.get(service)?.ready ?? '';
  }

  /** Asks the storefront within a trace that begins here; answers the trace's id. */
  async post(path: string, body: object, key: string): Promise<string> {
    const trace = randomBytes(16).toString('hex');
    const response = await fetch(`${await this.address('storefront')}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        traceparent: `00-${trace}-${randomBytes(8).toString('hex')}-01`,
      },
    });
    if (response.status !== 202) throw new Error(`POST ${path} answered ${response.status}`);
    return trace;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#processes.values()].map((service) => service[Symbol.asyncDispose]()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
