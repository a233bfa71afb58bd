import { Cluster, type Redis } from 'ioredis';
import { checkRights } from '../commands/rights.ts';
import type { Connection } from '../commands/script.ts';
import { connectionClosed, hasCode } from '../errors.ts';
import { defaultReplyMs, type RedisOptions } from '../options.ts';
import { RawConnection } from '../protocol/raw-connection.ts';
import { RawConnections } from '../protocol/raw-connections.ts';
import { BlockingReader } from './blocking-reader.ts';
import type { Client, ClientEvents } from './client.ts';
import { type ClusterOptions, type ClusterTarget, clusterOptions } from './client-options.ts';
import { attemptMs, ConnectDeadline } from './connect-deadline.ts';
import { Login, usePassword } from './login.ts';
import { defaultReplicationMs, ReplicatedWriter } from './replicated-writer.ts';
import { readServerInfo, type ServerInfo } from './server-info.ts';
import { SlotConnection } from './slot-connection.ts';
import { openSocket } from './sockets.ts';
import { longestBlockMs } from './stream-watcher.ts';

const slotsRefreshMs = 1_000;

/** A Redis Cluster: each command goes to the master that has its slot. */
export class ClusterClient implements Client {
  readonly cluster = true;
  readonly serverInfo: ServerInfo;
  readonly #commands: Cluster;
  readonly #options: RedisOptions;
  readonly #blocking = new Set<BlockingReader>();
  readonly #slots = new Map<string, SlotConnection>();
  readonly #slotNumbers = new Map<string, number>();
  readonly #rawConnections = new RawConnections((node) => this.#openRawConnection(node));
  readonly #target: ClusterTarget;
  readonly #login: Login;
  /** Not the client's own: that one starts again when it ends after the client was closed, and keeps the process alive. */
  readonly #refreshing: NodeJS.Timeout;
  #closed = false;

  private constructor(
    commands: Cluster,
    serverInfo: ServerInfo,
    settings: { readonly target: ClusterTarget; readonly login: Login; readonly options: RedisOptions },
  ) {
    this.#commands = commands;
    this.serverInfo = serverInfo;
    this.#options = settings.options;
    this.#target = settings.target;
    this.#login = settings.login;
    this.#refreshing = setInterval(() => commands.refreshSlotsCache(), slotsRefreshMs).unref();
  }

  static async open(
    target: ClusterTarget,
    options: RedisOptions,
    events: ClientEvents,
  ): Promise<ClusterClient> {
    const deadline = new ConnectDeadline(options.connectMs);
    const login = await Login.of(target, options);
    const replyMs = options.replyMs ?? defaultReplyMs;
    const commands = new Cluster([...target.endpoints], driverOptions(target, login, { deadline, replyMs }));
    // The Cluster keeps a copy of the options that it was given: each node takes the password of its time.
    const rotate = (): void =>
      login.refreshSoon((password) => {
        for (const each of commands.nodes()) usePassword(each, password);
      });
    commands.on('+node', (added: Redis) => usePassword(added, login.password));
    commands.on('-node', rotate);
    commands.on('node error', rotate);
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
      const client = new ClusterClient(commands, weakest(serverInfo), { target, login, options });
      commands.on('-node', () => {
        if (!client.#closed) events.disconnected(lastError);
      });
      commands.on('+node', () => events.reconnected());
      return client;
    } catch (error) {
      commands.disconnect();
      throw lastError ?? error;
    }
  }

  connection(): Cluster {
    return this.#commands;
  }

  masters(): readonly Connection[] {
    return this.#commands.nodes('master');
  }

  /** Follows a slot that moves. */
  writer(): Cluster {
    return this.#commands;
  }

  replicatedWriter(key: string): ReplicatedWriter {
    const { replicas, replicationMs: timeoutMs } = this.#options;
    return new ReplicatedWriter(this.#slotConnection(key), { replicas, timeoutMs });
  }

  async rawConnection(key: string): Promise<RawConnection> {
    return await this.#rawConnections.to(await this.#nodeOf(key));
  }

  async blockingReader(key: string): Promise<BlockingReader> {
    const connection = await this.#openRawConnection(await this.#nodeOf(key), longestBlockMs);
    const reader = new BlockingReader(connection, this.#slotConnection(key));
    for (const other of this.#blocking) if (!other.usable) this.#blocking.delete(other);
    this.#blocking.add(reader);
    if (this.#closed) reader.close();
    return reader;
  }

  subscriber(): Cluster {
    return this.#commands;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#refreshing);
    this.#rawConnections.close();
    for (const connection of this.#slots.values()) connection.close();
    for (const reader of this.#blocking) reader.close();
    this.#commands.disconnect();
  }

  #slotConnection(key: string): SlotConnection {
    const tag = tagOf(key);
    let connection = this.#slots.get(tag);
    if (!connection) {
      connection = new SlotConnection(async () => {
        const waitMs = this.#options.replicationMs ?? defaultReplicationMs;
        return await this.#openRawConnection(await this.#nodeOf(key), waitMs);
      });
      this.#slots.set(tag, connection);
    }
    return connection;
  }

  /** `waitMs`: how long the server may keep a reply back, beyond what a silent one gets. */
  async #openRawConnection(node: string, waitMs = 0): Promise<RawConnection> {
    if (this.#closed) throw connectionClosed();
    const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(node) ?? [];
    return await RawConnection.open({
      connect: async () => openSocket({ host, port: Number(port) }, this.#target.tls),
      handshake: () => this.#login.commands(0),
      openMs: attemptMs,
      replyMs: (this.#options.replyMs ?? defaultReplyMs) + waitMs,
      onError: (error) => {
        this.#followSlot(error);
        if (hasCode(error, 'MOVED') || hasCode(error, 'READONLY')) this.#commands.refreshSlotsCache();
      },
    });
  }

  /**
   * Until all slots are asked for again. The client itself goes wrong here: it keeps one list of nodes for a whole range of
   * slots, and changes it when one of them has moved.
   */
  #followSlot(error: unknown): void {
    const [, slot, node] = /^MOVED (\d+) (\S+:\d+)/.exec(error instanceof Error ? error.message : '') ?? [];
    if (slot !== undefined && node !== undefined) this.#commands.slots[Number(slot)] = [node];
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
    countsRight: serverInfo.every(({ countsRight }) => countsRight),
    risks: [...new Set(serverInfo.flatMap(({ risks }) => risks))],
  };
}

function tagOf(key: string): string {
  return /\{([^}]+)\}/.exec(key)?.[1] ?? key;
}

/** As for a single server nothing is sent twice by the client; redirected commands were not run where they were refused. */
function driverOptions(
  target: ClusterTarget,
  login: Login,
  { deadline, replyMs }: { readonly deadline: ConnectDeadline; readonly replyMs: number },
): ClusterOptions {
  return {
    ...clusterOptions(target, login, {
      connectionName: 'millrace',
      socketTimeout: replyMs,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      protocol: 2,
    }),
    enableReadyCheck: true,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 100,
    clusterRetryStrategy: deadline.retryDelay,
  };
}
