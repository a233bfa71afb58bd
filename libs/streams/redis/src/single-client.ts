import { type RedisOptions as AllClientOptions, Redis } from 'ioredis';
import { BlockingReader } from './blocking-reader.ts';
import type { Client, ClientEvents } from './client.ts';
import { checkRights } from './commands/rights.ts';
import { Patience, tryMs } from './connecting.ts';
import { Durable, type Needs } from './durable.ts';
import { connectionClosed, hasCode } from './errors.ts';
import { type Features, featuresOf } from './features.ts';
import type { RedisOptions } from './options.ts';
import type { Connection } from './scripts.ts';
import { SlotConnection } from './slot-connection.ts';
import { TlsConnector, TlsSentinelConnector } from './tls-connectors.ts';
import type { Target } from './url.ts';
import { Wire } from './wire/wire.ts';
import { Wires } from './wire/wires.ts';

type ClientOptions = AllClientOptions & { readonly replyMapping?: 'legacy' };

/** One server, or the master that Sentinels name. */
export class SingleClient implements Client {
  readonly cluster = false;
  readonly commands: Redis;
  #features: Features;
  readonly #options: RedisOptions;
  readonly #extra: Redis[] = [];
  readonly #wires = new Wires(() => this.#openWire());
  /** Of its own, so that a slow replica delays no renewal. */
  readonly #writer = new SlotConnection(() => this.#openWire());
  #subscriber: Redis | undefined;
  #closed = false;

  private constructor(commands: Redis, features: Features, options: RedisOptions) {
    this.commands = commands;
    this.#features = features;
    this.#options = options;
  }

  static async open(
    target: Exclude<Target, { kind: 'cluster' }>,
    options: RedisOptions,
    events: ClientEvents,
  ): Promise<SingleClient> {
    const patience = new Patience(options.connectMs);
    const commands = new Redis(clientOptions(target, patience));
    let lastError: unknown;
    commands.on('error', (error) => {
      lastError = error;
    });
    try {
      await patience.ready(commands);
      const features = await patience.answered(() => featuresOf(commands));
      await patience.answered(() => checkRights(commands));
      patience.endless();
      commands.on('close', () => events.disconnected(lastError));
      const client = new SingleClient(commands, features, options);
      commands.on('ready', () => {
        events.reconnected();
        void client.#lookAgain();
      });
      return client;
    } catch (error) {
      commands.disconnect();
      throw lastError ?? error;
    }
  }

  get features(): Features {
    return this.#features;
  }

  connection(): Redis {
    return this.commands;
  }

  writer(): Connection {
    return this.#writer;
  }

  durable(): Durable {
    return new Durable(this.#writer, () => this.#needs(), this.#options.replicationMs);
  }

  wire(): Promise<Wire> {
    return this.#wires.to('');
  }

  async blocking(): Promise<BlockingReader> {
    return new BlockingReader(this.#open(), this.commands);
  }

  subscriber(): Redis {
    this.#subscriber ??= this.#open();
    return this.#subscriber;
  }

  close(): void {
    this.#closed = true;
    this.commands.removeAllListeners('close');
    this.#wires.close();
    this.#writer.close();
    for (const connection of [this.commands, ...this.#extra]) connection.disconnect();
  }

  #needs(): Needs {
    const { replicas, waitsForDisk } = this.#features;
    return { replicas: this.#options.replicas ?? Math.min(1, replicas), waitsForDisk };
  }

  /** Another server may have taken the place of the first. */
  async #lookAgain(): Promise<void> {
    try {
      this.#features = await featuresOf(this.commands);
    } catch {
      // The next reconnect looks again.
    }
  }

  #open(): Redis {
    if (this.#closed) throw connectionClosed();
    const connection = this.commands.duplicate({ lazyConnect: false });
    connection.on('error', () => undefined);
    connection.on('end', () => this.#forget(connection));
    this.#extra.push(connection);
    return connection;
  }

  async #openWire(): Promise<Wire> {
    const once = { lazyConnect: true, retryStrategy: () => null, sentinelRetryStrategy: () => null };
    return await Wire.over(this.commands.duplicate(once), tryMs, (error, wire) => {
      // The server is no master any more.
      if (hasCode(error, 'READONLY')) wire.close();
    });
  }

  #forget(connection: Redis): void {
    const index = this.#extra.indexOf(connection);
    if (index >= 0) this.#extra.splice(index, 1);
  }
}

/**
 * Nothing is sent twice by the client: a command whose reply was lost fails at once, and whoever sent it knows what a
 * repeat would mean. Commands given while there is no connection fail with the next vain attempt to make one.
 */
function clientOptions(target: Exclude<Target, { kind: 'cluster' }>, patience: Patience): ClientOptions {
  const { username, password, tls } = target;
  const common: ClientOptions = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {}, Connector: TlsConnector } : {}),
    db: target.database,
    connectionName: 'millrace',
    connectTimeout: tryMs,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Nobody would catch what becomes of it when the connection breaks again: that would end the process.
    autoResubscribe: false,
    retryStrategy: patience.retryDelay,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    protocol: 2,
  };
  if (target.kind === 'single') return { ...common, host: target.endpoint.host, port: target.endpoint.port };
  return {
    ...common,
    sentinels: target.endpoints.map(({ host, port }) => ({ host, port })),
    name: target.name,
    ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
    ...(tls ? { enableTLSForSentinelMode: true, Connector: TlsSentinelConnector } : {}),
    sentinelRetryStrategy: patience.retryDelay,
  };
}
