import { type RedisOptions as AllClientOptions, Redis } from 'ioredis';
import { checkRights } from '../commands/rights.ts';
import type { Connection } from '../commands/script.ts';
import { connectionClosed, hasCode } from '../errors.ts';
import type { RedisOptions } from '../options.ts';
import { RawConnection } from '../protocol/raw-connection.ts';
import { RawConnections } from '../protocol/raw-connections.ts';
import { BlockingReader } from './blocking-reader.ts';
import type { Client, ClientEvents } from './client.ts';
import { attemptMs, ConnectDeadline } from './connect-deadline.ts';
import { type AckRequirement, ReplicatedWriter } from './replicated-writer.ts';
import { readServerInfo, type ServerInfo } from './server-info.ts';
import { SlotConnection } from './slot-connection.ts';
import { TlsConnector, TlsSentinelConnector } from './tls-connectors.ts';
import type { Target } from './url.ts';

type ClientOptions = AllClientOptions & { readonly replyMapping?: 'legacy' };

/** One server, or the master that Sentinels name. */
export class SingleClient implements Client {
  readonly cluster = false;
  readonly commands: Redis;
  #serverInfo: ServerInfo;
  readonly #options: RedisOptions;
  readonly #extra: Redis[] = [];
  readonly #rawConnections = new RawConnections(() => this.#openRawConnection());
  /** Of its own, so that a slow replica delays no renewal. */
  readonly #writer = new SlotConnection(() => this.#openRawConnection());
  #subscriber: Redis | undefined;
  #closed = false;

  private constructor(commands: Redis, serverInfo: ServerInfo, options: RedisOptions) {
    this.commands = commands;
    this.#serverInfo = serverInfo;
    this.#options = options;
  }

  static async open(
    target: Exclude<Target, { kind: 'cluster' }>,
    options: RedisOptions,
    events: ClientEvents,
  ): Promise<SingleClient> {
    const deadline = new ConnectDeadline(options.connectMs);
    const commands = new Redis(clientOptions(target, deadline));
    let lastError: unknown;
    commands.on('error', (error) => {
      lastError = error;
    });
    try {
      await deadline.ready(commands);
      const serverInfo = await deadline.retry(() => readServerInfo(commands));
      await deadline.retry(() => checkRights(commands));
      deadline.retryForever();
      commands.on('close', () => events.disconnected(lastError));
      const client = new SingleClient(commands, serverInfo, options);
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

  get serverInfo(): ServerInfo {
    return this.#serverInfo;
  }

  connection(): Redis {
    return this.commands;
  }

  writer(): Connection {
    return this.#writer;
  }

  replicatedWriter(): ReplicatedWriter {
    return new ReplicatedWriter(this.#writer, () => this.#requirement(), this.#options.replicationMs);
  }

  rawConnection(): Promise<RawConnection> {
    return this.#rawConnections.to('');
  }

  async blockingReader(): Promise<BlockingReader> {
    return new BlockingReader(this.#open(), this.commands);
  }

  subscriber(): Redis {
    this.#subscriber ??= this.#open();
    return this.#subscriber;
  }

  close(): void {
    this.#closed = true;
    this.commands.removeAllListeners('close');
    this.#rawConnections.close();
    this.#writer.close();
    for (const connection of [this.commands, ...this.#extra]) connection.disconnect();
  }

  #requirement(): AckRequirement {
    const { replicas, waitsForDisk } = this.#serverInfo;
    return { replicas: this.#options.replicas ?? Math.min(1, replicas), waitsForDisk };
  }

  /** Another server may have taken the place of the first. */
  async #lookAgain(): Promise<void> {
    try {
      this.#serverInfo = await readServerInfo(this.commands);
    } catch {
      // The next reconnect asks again.
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

  async #openRawConnection(): Promise<RawConnection> {
    const once = { lazyConnect: true, retryStrategy: () => null, sentinelRetryStrategy: () => null };
    return await RawConnection.over(this.commands.duplicate(once), attemptMs, (error, raw) => {
      // The server is no master any more.
      if (hasCode(error, 'READONLY')) raw.close();
    });
  }

  #forget(connection: Redis): void {
    const index = this.#extra.indexOf(connection);
    if (index >= 0) this.#extra.splice(index, 1);
  }
}

/**
 * Nothing is sent twice by the client: a command whose reply was lost fails at once, and whoever sent it knows what a
 * repeat would mean. Commands given while there is no connection fail with the next failed attempt to connect.
 */
function clientOptions(
  target: Exclude<Target, { kind: 'cluster' }>,
  deadline: ConnectDeadline,
): ClientOptions {
  const { username, password, tls } = target;
  const common: ClientOptions = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {}, Connector: TlsConnector } : {}),
    db: target.database,
    connectionName: 'millrace',
    connectTimeout: attemptMs,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Nobody would catch what becomes of it when the connection breaks again: that would end the process.
    autoResubscribe: false,
    retryStrategy: deadline.retryDelay,
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
    sentinelRetryStrategy: deadline.retryDelay,
  };
}
