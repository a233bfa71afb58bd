import { anySignal, StreamsError } from '@millrace/streams';
import { addressOf, type Endpoint } from '@millrace/streams/driver';
import type { ApiVersions } from '../wire/api-versions.ts';
import type { Request } from '../wire/request.ts';
import type { BrokerHealth } from './broker-health.ts';
import { translate } from './errors.ts';
import { Session, type SessionSettings } from './session.ts';

const loginWithinMs = 10_000;

/** What carries requests to one broker. */
export interface RequestSender {
  request<Answer>(request: Request<Answer>): Promise<Answer>;
  close(): void;
}

/** One connection to one broker, made when it is first needed and again after it broke. Requests go out in order. */
export class BrokerConnection implements RequestSender {
  readonly address: string;
  readonly #endpoint: Endpoint;
  readonly #settings: SessionSettings;
  readonly #connectivity: BrokerHealth;
  /** What brokers speak, by their addresses: shared by all connections. */
  readonly #known: Map<string, ApiVersions>;
  readonly #closing = new AbortController();
  #session: Session | undefined;
  #opening: Promise<Session> | undefined;

  constructor(
    endpoint: Endpoint,
    settings: SessionSettings,
    connectivity: BrokerHealth,
    known: Map<string, ApiVersions>,
  ) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#connectivity = connectivity;
    this.#known = known;
    this.address = addressOf(endpoint);
  }

  /** UNAVAILABLE when the broker cannot be reached or does not answer: nobody knows then whether it acted. */
  async request<Answer>(request: Request<Answer>): Promise<Answer> {
    try {
      const session = this.#session?.ready ? this.#session : await this.#ready();
      const answer = await session.ask(request);
      this.#connectivity.answered(this.address);
      return answer;
    } catch (error) {
      throw this.#failed(error, request.apiName);
    }
  }

  close(): void {
    this.#closing.abort(this.#closed());
    this.#session?.close('closed');
  }

  /** A session that may be used now, or once others have made it. */
  async #ready(): Promise<Session> {
    for (;;) {
      if (this.#closing.signal.aborted) throw this.#closed();
      const session = this.#session;
      if (session?.ready) return session;
      if (!session?.open) await this.#open();
      // A session that ends while its login is renewed has carried nothing of this request: another one takes its place.
      else await session.renew().catch((error: unknown) => this.#unlessAway(error));
    }
  }

  async #open(): Promise<void> {
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    this.#session = await this.#opening;
  }

  async #connect(): Promise<Session> {
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new Error(`no connection within ${loginWithinMs} ms (ETIMEDOUT)`)),
      loginWithinMs,
    );
    const signal = anySignal([this.#closing.signal, late.signal]);
    try {
      const known = this.#known.get(this.address);
      const session = await Session.open(this.#endpoint, this.#settings, signal, known);
      this.#known.set(this.address, session.versions);
      if (this.#closing.signal.aborted) session.close('closed');
      return session;
    } finally {
      clearTimeout(timer);
    }
  }

  #unlessAway(error: unknown): void {
    if (translate(error, '').code !== 'UNAVAILABLE') throw error;
  }

  #failed(error: unknown, doing: string): StreamsError {
    const failure = translate(error, `${doing} at ${this.address}`);
    if (!this.#closing.signal.aborted && failure.code === 'UNAVAILABLE') {
      // It may come back as another release.
      this.#known.delete(this.address);
      this.#connectivity.lost(this.address, failure.message);
    }
    return failure;
  }

  #closed(): StreamsError {
    return new StreamsError('UNAVAILABLE', `Kafka: the connection to ${this.address} is gone: closed`);
  }
}
