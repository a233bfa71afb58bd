import { Redis } from 'ioredis';
import { checkRights } from '../commands/rights.ts';
import type { Connection } from '../commands/script.ts';
import { connectionClosed, hasCode } from '../errors.ts';
import { defaultReplyMs, type RedisOptions } from '../options.ts';
import { RawConnection } from '../protocol/raw-connection.ts';
import { RawConnections } from '../protocol/raw-connections.ts';
import { BlockingReader } from './blocking-reader.ts';
import type { Client, ClientEvents } from './client.ts';
import { type ClientOptions, type ServerTarget, serverOptions } from './client-options.ts';
import { attemptMs, ConnectDeadline } from './connect-deadline.ts';
import { Login, usePassword } from './login.ts';
import { defaultReplicationMs, ReplicatedWriter } from './replicated-writer.ts';
import { readServerInfo, type ServerInfo } from './server-info.ts';
import { SlotConnection } from './slot-connection.ts';
import { openMasterSocket, openSocket } from './sockets.ts';
import { longestBlockMs } from './stream-watcher.ts';

const longestRetryMs = 1_000;
/** How often a connection that only listens is asked whether it lives. */
const pingMs = 5_000;

/** One server, or the master that Sentinels name. */
export class SingleClient implements Client {
  readonly cluster = false;
  readonly #commands: Redis;
  readonly #target: ServerTarget;
  readonly #login: Login;
  #serverInfo: ServerInfo;
  readonly #options: RedisOptions;
  readonly #rawConnections = new RawConnections(() => this.#openRawConnection());
  /** Of its own, so that a slow replica delays no renewal. */
  readonly #writer = new SlotConnection(() =>
    this.#openRawConnection(this.#options.replicationMs ?? defaultReplicationMs),
  );
  readonly #blocking = new Set<BlockingReader>();
  #subscriber: Redis | undefined;
  #ping: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(
    commands: Redis,
    serverInfo: ServerInfo,
    settings: { readonly target: ServerTarget; readonly login: Login; readonly options: RedisOptions },
  ) {
    this.#commands = commands;
    this.#serverInfo = serverInfo;
    this.#target = settings.target;
    this.#login = settings.login;
    this.#options = settings.options;
  }

  static async open(
    target: ServerTarget,
    options: RedisOptions,
    events: ClientEvents,
  ): Promise<SingleClient> {
    const deadline = new ConnectDeadline(options.connectMs);
    const login = await Login.of(target, options);
    const commands: Redis = new Redis(
      driverOptions(target, {
        login,
        replyMs: options.replyMs ?? defaultReplyMs,
        retryDelay: (times) => {
          login.refreshSoon((password) => usePassword(commands, password));
          return deadline.retryDelay(times);
        },
      }),
    );
    let lastError: unknown;
    commands.on('error', (error) => {
      lastError = error;
      if (error.message.startsWith('ERR DB index is out of range')) commands.disconnect(true);
    });
    try {
      await deadline.ready(commands);
      // The client itself goes on in database 0 when the server refuses the one that it was given.
      if (target.database !== 0) await deadline.retry(() => commands.select(target.database));
      const serverInfo = await deadline.retry(() => readServerInfo(commands));
      await deadline.retry(() => checkRights(commands));
      deadline.retryForever();
      const client = new SingleClient(commands, serverInfo, { target, login, options });
      client.#report(events, () => lastError);
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
    return this.#commands;
  }

  masters(): readonly Redis[] {
    return [this.#commands];
  }

  writer(): Connection {
    return this.#writer;
  }

  replicatedWriter(): ReplicatedWriter {
    const { replicas, replicationMs: timeoutMs } = this.#options;
    return new ReplicatedWriter(this.#writer, { replicas, timeoutMs });
  }

  rawConnection(): Promise<RawConnection> {
    return this.#rawConnections.to('');
  }

  async blockingReader(): Promise<BlockingReader> {
    const reader = new BlockingReader(await this.#openRawConnection(longestBlockMs), this.#commands);
    for (const other of this.#blocking) if (!other.usable) this.#blocking.delete(other);
    this.#blocking.add(reader);
    if (this.#closed) reader.close();
    return reader;
  }

  subscriber(): Redis {
    this.#subscriber ??= this.#openSubscriber();
    return this.#subscriber;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#ping);
    this.#rawConnections.close();
    this.#writer.close();
    for (const reader of this.#blocking) reader.close();
    this.#subscriber?.disconnect();
    this.#commands.disconnect();
  }

  #report(events: ClientEvents, lastError: () => unknown): void {
    let connected = true;
    this.#commands.on('close', () => {
      if (connected && !this.#closed) events.disconnected(lastError());
      connected = false;
    });
    this.#commands.on('ready', () => {
      if (!connected) events.reconnected();
      connected = true;
      void this.#refreshServerInfo();
    });
  }

  /** Another server may have taken the place of the first. */
  async #refreshServerInfo(): Promise<void> {
    try {
      this.#serverInfo = await readServerInfo(this.#commands);
    } catch {
      // The next reconnect asks again.
    }
  }

  /** A connection that only listens owes no reply, so it is asked for one now and then. */
  #openSubscriber(): Redis {
    if (this.#closed) throw connectionClosed();
    const retryStrategy = (times: number): number | null => {
      this.#login.refreshSoon((password) => usePassword(subscriber, password));
      return Math.min(longestRetryMs, 20 * 2 ** times);
    };
    const subscriber = this.#commands.duplicate({ lazyConnect: false, retryStrategy });
    subscriber.on('error', () => undefined);
    this.#ping = setInterval(() => {
      if (subscriber.status === 'ready') subscriber.ping().catch(() => undefined);
    }, pingMs).unref();
    return subscriber;
  }

  /** `waitMs`: how long the server may keep a reply back, beyond what a silent one gets. */
  async #openRawConnection(waitMs = 0): Promise<RawConnection> {
    if (this.#closed) throw connectionClosed();
    const target = this.#target;
    return await RawConnection.open({
      connect: async () =>
        target.kind === 'sentinel' ? await openMasterSocket(target) : openSocket(target.endpoint, target.tls),
      handshake: () => this.#login.commands(target.database),
      openMs: attemptMs,
      replyMs: (this.#options.replyMs ?? defaultReplyMs) + waitMs,
      onError: (error, connection) => {
        // The server is no master any more.
        if (hasCode(error, 'READONLY')) connection.close();
      },
    });
  }
}

/**
 * Nothing is sent twice by the client: a command whose reply was lost fails at once, and whoever sent it knows what a
 * repeat would mean. Commands given while there is no connection fail with the next failed attempt to connect.
 */
function driverOptions(
  target: ServerTarget,
  {
    login,
    replyMs,
    retryDelay,
  }: {
    readonly login: Login;
    readonly replyMs: number;
    readonly retryDelay: (times: number) => number | null;
  },
): ClientOptions {
  return {
    ...serverOptions(target, login),
    connectionName: 'millrace',
    socketTimeout: replyMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Nobody would catch what becomes of it when the connection breaks again: that would end the process.
    autoResubscribe: false,
    retryStrategy: retryDelay,
    sentinelRetryStrategy: retryDelay,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    protocol: 2,
  };
}
