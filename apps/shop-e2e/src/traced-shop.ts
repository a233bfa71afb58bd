import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JaegerServer, ServiceProcess, startJaeger, type Trace } from '@millrace/testing';
import type { MailServer } from './mail-server.ts';
import { until } from './until.ts';

const services = ['storefront', 'payment', 'inventory', 'shipping', 'email', 'crm', 'database'] as const;
type ServiceName = (typeof services)[number];

export interface TracedShopOptions {
  /** Undefined for a file in the shop's folder. */
  readonly streamsUrl: string | undefined;
  readonly mail: MailServer;
}

/** The services of an order, each a process of its own, whose spans go to a Jaeger. */
export class TracedShop implements AsyncDisposable {
  readonly streamsUrl: string;
  readonly #jaeger: JaegerServer;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #processes = new Map<ServiceName, ServiceProcess>();

  private constructor(jaeger: JaegerServer, { streamsUrl, mail }: TracedShopOptions) {
    this.#jaeger = jaeger;
    this.#folder = mkdtempSync(join(tmpdir(), 'traced-shop-'));
    this.streamsUrl = streamsUrl ?? `embedded:${this.#folder}/streams.db`;
    this.#environment = {
      STREAMS_URL: this.streamsUrl,
      DATA_DIR: this.#folder,
      PARTITIONS: '2',
      LEASE_MS: '1000',
      SMTP_URL: mail.url,
      OPENING_STOCK: '5',
      DELIVERY_DELAY_MS: '100',
      SHOPPER: 'off',
      OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.otlp,
      OTEL_BSP_SCHEDULE_DELAY: '50',
    };
  }

  static async open(options: TracedShopOptions): Promise<TracedShop> {
    const shop = new TracedShop(await startJaeger(), options);
    for (const service of services) shop.start(service);
    await Promise.all(services.map((service) => shop.address(service)));
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

  /** The trace, once it has all that is asked for. */
  trace(id: string, what: string, hasAll: (trace: Trace) => boolean): Promise<Trace> {
    let latest: Trace | undefined;
    return until(
      async () => {
        latest = await this.#jaeger.trace(id);
        return latest && hasAll(latest) ? latest : undefined;
      },
      {
        what: `${what} in trace ${id}`,
        timeoutMs: 60_000,
        detail: () =>
          latest?.spans.map(({ service, name }) => `${service}: ${name}`).join('\n') ?? 'no such trace',
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#processes.values()].map((service) => service[Symbol.asyncDispose]()));
    await this.#jaeger[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
