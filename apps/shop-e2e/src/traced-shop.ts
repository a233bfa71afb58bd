import { type JaegerServer, startJaeger, type Trace } from '@millrace/testing';
import type { MailServer } from './mail-server.ts';
import { RunningShop, type ServiceName } from './running-shop.ts';
import { until } from './until.ts';

const services = ['storefront', 'payment', 'inventory', 'shipping', 'email', 'crm', 'database'] as const;

export interface TracedShopOptions {
  /** Undefined for a file in the shop's folder. */
  readonly streamsUrl: string | undefined;
  readonly mail: MailServer;
}

/** The services of an order, whose spans go to a Jaeger. */
export class TracedShop implements AsyncDisposable {
  readonly #jaeger: JaegerServer;
  readonly #shop: RunningShop;

  private constructor(jaeger: JaegerServer, shop: RunningShop) {
    this.#jaeger = jaeger;
    this.#shop = shop;
  }

  static async open({ streamsUrl, mail }: TracedShopOptions): Promise<TracedShop> {
    const jaeger = await startJaeger();
    const environment = {
      SMTP_URL: mail.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.otlp,
      OTEL_BSP_SCHEDULE_DELAY: '50',
    };
    return new TracedShop(jaeger, await RunningShop.open({ services, streamsUrl, environment }));
  }

  get streamsUrl(): string {
    return this.#shop.streamsUrl;
  }

  start(service: ServiceName): void {
    this.#shop.start(service);
  }

  kill(service: ServiceName): Promise<void> {
    return this.#shop.kill(service);
  }

  /** Asks the storefront within a trace that begins here; answers the trace's id. */
  post(path: string, body: object, key: string): Promise<string> {
    return this.#shop.post(path, body, key);
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
    await this.#shop[Symbol.asyncDispose]();
    await this.#jaeger[Symbol.asyncDispose]();
  }
}
