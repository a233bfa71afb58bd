import { type RedisOptions as AllClientOptions, Cluster, Redis } from 'ioredis';
import { checkRights } from '../commands/rights.ts';
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
import { TlsConnector } from './tls-connectors.ts';
import type { Target } from './url.ts';

const slotsRefreshMs = 1_000;

/** A Redis Cluster: each command goes to the master that has its slot. */
export class ClusterClient implements Client {
  readonly cluster = true;
  readonly serverInfo: ServerInfo;
  readonly #commands: Cluster;
  readonly #options: RedisOptions;
  readonly #extra = new Set<Redis>();
  readonly #slots = new Map<string, SlotConnection>();
  readonly #slotNumbers = new Map<string, number>();
  readonly #rawConnections = new RawConnections((node) => this.#openRawConnection(node));
  /** What the masters of the slots were when they were connected to. */
  readonly #found = new Map<string, ServerInfo>();
  readonly #login: NodeOptions;
  /** Not the client's own: that one starts again when it ends after the client was closed, and keeps the process alive. */
  readonly #refreshing: NodeJS.Timeout;
  #closed = false;

  private constructor(
    commands: Cluster,
    serverInfo: ServerInfo,
    settings: { readonly login: NodeOptions; readonly options: RedisOptions },
  ) {
    this.#commands = commands;
    this.serverInfo = serverInfo;
    this.#options = settings.options;
    this.#login = settings.login;
    this.#refreshing = setInterval(() => commands.refreshSlotsCache(), slotsRefreshMs).unref();
  }

  static async open(
    target: Extract<Target, { kind: 'cluster' }>,
    options: RedisOptions,
    events: ClientEvents,
  ): Promise<ClusterClient> {
    const deadline = new ConnectDeadline(options.connectMs);
    const commands = new Cluster([...target.endpoints], clusterOptions(target, deadline));
    let lastError: unknown;
    const remember = (error: Error): void => {
      // That a connection is closed says less than what came before it.
      if (lastError === undefined || error.message !== connectionClosed().message) lastError = error;
    };
    commands.on('error', remember);
    commands.on('node error', remember);
    try {
      await deadline.ready(commands);
      const serverInfo = await deadline.retry(() =>
        Promise.all(commands.nodes('master').map((node) => readServerInfo(node))),
      );
      await deadline.retry(() => checkRights(commands));
      deadline.retryForever();
      commands.on('-node', () => events.disconnected(lastError));
      commands.on('+node', () => events.reconnected());
      return new ClusterClient(commands, weakest(serverInfo), { login: nodeOptions(target), options });
    } catch (error) {
      commands.disconnect();
      throw lastError ?? error;
    }
  }

  connection(): Cluster {
    return this.#commands;
  }

  /** Follows a slot that moves. */
  writer(): Cluster {
    return this.#commands;
  }

  replicatedWriter(key: string): ReplicatedWriter {
    return new ReplicatedWriter(
      this.#slotConnection(key),
      () => this.#requirementOf(tagOf(key)),
      this.#options.replicationMs,
    );
  }

  async rawConnection(key: string): Promise<RawConnection> {
    return await this.#rawConnections.to(await this.#nodeOf(key));
  }

  async blockingReader(key: string): Promise<BlockingReader> {
    return new BlockingReader(await this.#open(key), this.#slotConnection(key));
  }

  subscriber(): Cluster {
    return this.#commands;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#refreshing);
    this.#commands.removeAllListeners('-node');
    this.#rawConnections.close();
    for (const connection of this.#extra) connection.disconnect();
    this.#commands.disconnect();
  }

  #requirementOf(tag: string): AckRequirement {
    const { replicas, waitsForDisk } = this.#found.get(tag) ?? this.serverInfo;
    return { replicas: this.#options.replicas ?? Math.min(1, replicas), waitsForDisk };
  }

  #slotConnection(key: string): SlotConnection {
    const tag = tagOf(key);
    let connection = this.#slots.get(tag);
    if (!connection) {
      connection = new SlotConnection(async () => {
        const opened = await this.#openRawConnection(await this.#nodeOf(key));
        this.#found.set(tag, await readServerInfo(opened));
        return opened;
      });
      this.#slots.set(tag, connection);
    }
    return connection;
  }

  /** A connection of its own to the master that has the key's slot now; it does not come back when it breaks. */
  async #open(key: string): Promise<Redis> {
    return this.#connect(await this.#nodeOf(key));
  }

  #connect(node: string): Redis {
    if (this.#closed) throw connectionClosed();
    const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(node) ?? [];
    const connection = new Redis({ ...this.#login, host, port: Number(port), retryStrategy: () => null });
    connection.on('error', () => undefined);
    connection.on('end', () => void this.#extra.delete(connection));
    this.#extra.add(connection);
    return connection;
  }

  async #openRawConnection(node: string): Promise<RawConnection> {
    return await RawConnection.over(this.#connect(node), attemptMs, (error) => {
      if (hasCode(error, 'MOVED') || hasCode(error, 'READONLY')) this.#commands.refreshSlotsCache();
    });
  }

  /** The master that has the key's slot, as far as is known. */
  async #nodeOf(key: string): Promise<string> {
    const tag = tagOf(key);
    let slot = this.#slotNumbers.get(tag);
    if (slot === undefined) {
      slot = Number(await this.#commands.call('CLUSTER', ['KEYSLOT', key]));
      this.#slotNumbers.set(tag, slot);
    }
    const node = this.#commands.slots[slot]?.[0];
    if (node !== undefined) return node;
    this.#commands.refreshSlotsCache();
    throw new Error('CLUSTERDOWN no master is known for the slot');
  }
}

/** A promise holds for the whole Cluster only as far as it holds for each of its masters. */
function weakest(serverInfo: readonly ServerInfo[]): ServerInfo {
  const [first] = serverInfo;
  return {
    version: first?.version ?? '0',
    replicas: Math.min(...serverInfo.map(({ replicas }) => replicas)),
    waitsForDisk: serverInfo.every(({ waitsForDisk }) => waitsForDisk),
    cluster: true,
  };
}

function tagOf(key: string): string {
  return /\{([^}]+)\}/.exec(key)?.[1] ?? key;
}

type ClusterOptions = NonNullable<ConstructorParameters<typeof Cluster>[1]> & {
  readonly replyMapping?: 'legacy';
};

/** As for a single server nothing is sent twice by the client; redirected commands were not run where they were refused. */
function clusterOptions(
  target: Extract<Target, { kind: 'cluster' }>,
  deadline: ConnectDeadline,
): ClusterOptions {
  return {
    lazyConnect: true,
    enableReadyCheck: true,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 100,
    slotsRefreshTimeout: attemptMs,
    clusterRetryStrategy: deadline.retryDelay,
    redisOptions: nodeOptions(target),
  };
}

type NodeOptions = AllClientOptions & { readonly replyMapping?: 'legacy' };

function nodeOptions(target: Extract<Target, { kind: 'cluster' }>): NodeOptions {
  const { username, password, tls } = target;
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {}, Connector: TlsConnector } : {}),
    connectionName: 'millrace',
    connectTimeout: attemptMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    protocol: 2,
  };
}
