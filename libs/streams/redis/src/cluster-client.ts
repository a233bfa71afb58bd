import { Cluster, type Redis } from 'ioredis';
import { BlockingReader } from './blocking-reader.ts';
import type { Client, ClientEvents } from './client.ts';
import { Durable } from './durable.ts';
import { type Features, featuresOf } from './features.ts';
import type { RedisOptions } from './options.ts';
import { retryDelay } from './single-client.ts';
import { SlotConnection } from './slot-connection.ts';
import type { Target } from './url.ts';

const defaultConnectMs = 5_000;
const defaultReplicationMs = 2_000;

/** A Redis Cluster: each command goes to the master that has its slot. */
export class ClusterClient implements Client {
  readonly cluster = true;
  readonly features: Features;
  readonly #commands: Cluster;
  readonly #options: RedisOptions;
  readonly #extra = new Set<Redis>();
  readonly #durable = new Map<string, SlotConnection>();

  private constructor(commands: Cluster, features: Features, options: RedisOptions) {
    this.#commands = commands;
    this.features = features;
    this.#options = options;
  }

  static async open(
    target: Extract<Target, { kind: 'cluster' }>,
    options: RedisOptions,
    events: ClientEvents,
  ): Promise<ClusterClient> {
    const commands = new Cluster([...target.endpoints], clusterOptions(target, options));
    let lastError: unknown;
    commands.on('error', (error) => {
      lastError = error;
    });
    commands.on('node error', (error) => {
      lastError = error;
    });
    try {
      await commands.connect();
      const features = await Promise.all(commands.nodes('master').map((node) => featuresOf(node)));
      commands.on('-node', () => events.disconnected(lastError));
      commands.on('+node', () => events.reconnected());
      return new ClusterClient(commands, weakest(features), options);
    } catch (error) {
      commands.disconnect();
      throw lastError ?? error;
    }
  }

  connection(): Cluster {
    return this.#commands;
  }

  durable(key: string): Durable {
    const { replicas, waitsForDisk } = this.features;
    const needed = this.#options.replicas ?? Math.min(1, replicas);
    const tag = tagOf(key);
    let connection = this.#durable.get(tag);
    if (!connection) {
      connection = new SlotConnection(() => this.#open(key));
      this.#durable.set(tag, connection);
    }
    return new Durable(connection, needed, waitsForDisk, this.#options.replicationMs ?? defaultReplicationMs);
  }

  async blocking(key: string): Promise<BlockingReader> {
    const node = await this.#nodeOf(key);
    return new BlockingReader(this.#duplicate(node), node);
  }

  subscriber(): Cluster {
    return this.#commands;
  }

  close(): void {
    this.#commands.removeAllListeners('-node');
    for (const connection of this.#extra) connection.disconnect();
    this.#commands.disconnect();
  }

  async #open(key: string): Promise<Redis> {
    return this.#duplicate(await this.#nodeOf(key));
  }

  /** A connection of its own to the master that has the key's slot now. */
  #duplicate(node: Redis): Redis {
    const connection = node.duplicate({
      lazyConnect: false,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    });
    connection.on('error', () => undefined);
    connection.on('end', () => void this.#extra.delete(connection));
    this.#extra.add(connection);
    return connection;
  }

  async #nodeOf(key: string): Promise<Redis> {
    const slot = Number(await this.#commands.call('CLUSTER', ['KEYSLOT', key]));
    const [name] = this.#commands.slots[slot] ?? [];
    const node = this.#commands
      .nodes('master')
      .find(({ options }) => `${options.host}:${options.port}` === name);
    if (node) return node;
    this.#commands.refreshSlotsCache();
    throw new Error('CLUSTERDOWN no master is known for the slot');
  }
}

/** A promise holds for the whole Cluster only as far as it holds for each of its masters. */
function weakest(features: readonly Features[]): Features {
  const [first] = features;
  return {
    version: first?.version ?? '0',
    replicas: Math.min(...features.map(({ replicas }) => replicas)),
    waitsForDisk: features.every(({ waitsForDisk }) => waitsForDisk),
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
function clusterOptions(target: Extract<Target, { kind: 'cluster' }>, options: RedisOptions): ClusterOptions {
  const { username, password, tls } = target;
  return {
    lazyConnect: true,
    enableReadyCheck: true,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 100,
    slotsRefreshInterval: 1_000,
    slotsRefreshTimeout: options.connectMs ?? defaultConnectMs,
    clusterRetryStrategy: retryDelay,
    redisOptions: {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(tls ? { tls: {} } : {}),
      connectionName: 'millrace',
      connectTimeout: options.connectMs ?? defaultConnectMs,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      protocol: 2,
    },
  };
}
