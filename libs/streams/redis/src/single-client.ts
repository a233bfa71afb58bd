import { type RedisOptions as AllClientOptions, Redis } from 'ioredis';
import { BlockingReader } from './blocking-reader.ts';
import type { Client, ClientEvents } from './client.ts';
import { Durable } from './durable.ts';
import { type Features, featuresOf } from './features.ts';
import type { RedisOptions } from './options.ts';
import type { Target } from './url.ts';

type ClientOptions = AllClientOptions & { readonly replyMapping?: 'legacy' };

/** One server, or the master that Sentinels name. */
export class SingleClient implements Client {
  readonly cluster = false;
  readonly commands: Redis;
  readonly features: Features;
  readonly #options: RedisOptions;
  readonly #extra: Redis[] = [];
  #durable: Redis | undefined;
  #subscriber: Redis | undefined;

  private constructor(commands: Redis, features: Features, options: RedisOptions) {
    this.commands = commands;
    this.features = features;
    this.#options = options;
  }

  static async open(
    target: Exclude<Target, { kind: 'cluster' }>,
    options: RedisOptions,
    events: ClientEvents,
  ): Promise<SingleClient> {
    const commands = new Redis(clientOptions(target, options));
    let lastError: unknown;
    commands.on('error', (error) => {
      lastError = error;
    });
    try {
      await commands.connect();
      const features = await featuresOf(commands);
      commands.on('close', () => events.disconnected(lastError));
      commands.on('ready', () => events.reconnected());
      return new SingleClient(commands, features, options);
    } catch (error) {
      commands.disconnect();
      throw lastError ?? error;
    }
  }

  connection(): Redis {
    return this.commands;
  }

  durable(): Durable {
    const { replicas, waitsForDisk } = this.features;
    const needed = this.#options.replicas ?? Math.min(1, replicas);
    if (needed === 0 && !waitsForDisk) return new Durable(this.commands, 0, false, 0);
    this.#durable ??= this.#open();
    return new Durable(this.#durable, needed, waitsForDisk, this.#options.replicationMs ?? 2_000);
  }

  blocking(): Promise<BlockingReader> {
    return Promise.resolve(new BlockingReader(this.#open(), this.commands));
  }

  subscriber(): Redis {
    this.#subscriber ??= this.#open();
    return this.#subscriber;
  }

  close(): void {
    this.commands.removeAllListeners('close');
    for (const connection of [this.commands, ...this.#extra]) connection.disconnect();
  }

  #open(): Redis {
    const connection = this.commands.duplicate({ lazyConnect: false });
    connection.on('error', () => undefined);
    connection.on('end', () => this.#forget(connection));
    this.#extra.push(connection);
    return connection;
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
function clientOptions(target: Exclude<Target, { kind: 'cluster' }>, options: RedisOptions): ClientOptions {
  const { username, password, tls } = target;
  const common: ClientOptions = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    db: target.database,
    connectionName: 'millrace',
    connectTimeout: options.connectMs ?? 5_000,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: retryDelay,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    protocol: 2,
  };
  if (target.kind === 'single') return { ...common, host: target.endpoint.host, port: target.endpoint.port };
  return {
    ...common,
    sentinels: target.endpoints.map(({ host, port }) => ({ host, port })),
    name: target.name,
    ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
    ...(tls ? { enableTLSForSentinelMode: true } : {}),
    sentinelRetryStrategy: retryDelay,
  };
}

export function retryDelay(times: number): number {
  return Math.min(2_000, 20 * 2 ** Math.min(times - 1, 8)) * (0.75 + Math.random() / 2);
}
