import { StreamsError } from '@millrace/streams';
import { findCoordinatorRequest } from '../wire/groups.ts';
import type { Request } from '../wire/request.ts';
import { type ClusterMetadata, metadataRequest, type TopicMetadata } from '../wire/topics.ts';
import { BrokerConnection } from './broker-connection.ts';
import type { Connectivity } from './connectivity.ts';
import { isTransient } from './errors.ts';
import { check, isKafkaError, KafkaError } from './kafka-error.ts';
import type { ConnectionSettings } from './kafkajs.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export type CoordinatorKind = 'group' | 'transaction';

/** What is known of the brokers, shared by all connections of a client: nodes, leaders, coordinators. */
export class Cluster {
  readonly #seeds: readonly Endpoint[];
  readonly #settings: Omit<ConnectionSettings, 'host' | 'port'>;
  readonly #connectivity: Connectivity;
  readonly #nodes = new Map<number, Endpoint>();
  readonly #topics = new Map<string, TopicMetadata>();
  readonly #coordinators = new Map<string, number>();
  #seed = 0;

  constructor(
    seeds: readonly Endpoint[],
    settings: Omit<ConnectionSettings, 'host' | 'port'>,
    connectivity: Connectivity,
  ) {
    this.#seeds = seeds;
    this.#settings = settings;
    this.#connectivity = connectivity;
  }

  /** Connections of one owner: requests of others never stand in their way. */
  connections(): Connections {
    return new Connections(this, (endpoint) => this.#connect(endpoint));
  }

  get nodes(): number[] {
    return [...this.#nodes.keys()];
  }

  endpoint(node: number): Endpoint | undefined {
    return this.#nodes.get(node);
  }

  /** How many brokers may be asked when it does not matter which. */
  get choices(): number {
    return this.#nodes.size + this.#seeds.length;
  }

  /** Brokers to ask when it does not matter which: those known, then in turn those of the URL. */
  anyEndpoint(): Endpoint {
    const known = [...this.#nodes.values(), ...this.#seeds];
    return known[this.#seed++ % known.length] as Endpoint;
  }

  known(topic: string): TopicMetadata | undefined {
    return this.#topics.get(topic);
  }

  forget(topic: string): void {
    this.#topics.delete(topic);
  }

  learn(metadata: ClusterMetadata): void {
    if (metadata.nodes.length > 0) this.#nodes.clear();
    for (const { id, host, port } of metadata.nodes) this.#nodes.set(id, { host, port });
    for (const topic of metadata.topics) if (topic.errorCode === 0) this.#topics.set(topic.name, topic);
  }

  coordinator(kind: CoordinatorKind, key: string): number | undefined {
    return this.#coordinators.get(`${kind} ${key}`);
  }

  setCoordinator(kind: CoordinatorKind, key: string, node: number | undefined): void {
    if (node === undefined) this.#coordinators.delete(`${kind} ${key}`);
    else this.#coordinators.set(`${kind} ${key}`, node);
  }

  #connect(endpoint: Endpoint): BrokerConnection {
    return new BrokerConnection({ ...this.#settings, ...endpoint }, this.#connectivity);
  }
}

const stale = ['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION'];
const movedCoordinator = [
  'LEADER_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
];

export function unknownTopic(name: string): StreamsError {
  return new StreamsError('UNKNOWN_TOPIC', `the topic ${name} does not exist; create it with ensureTopics`);
}

/** One owner's connections, a single one to each broker, so that its requests keep their order. */
export class Connections {
  readonly #cluster: Cluster;
  readonly #connect: (endpoint: Endpoint) => BrokerConnection;
  readonly #open = new Map<string, BrokerConnection>();
  #closed = false;

  constructor(cluster: Cluster, connect: (endpoint: Endpoint) => BrokerConnection) {
    this.#cluster = cluster;
    this.#connect = connect;
  }

  /** Metadata as the cluster has it now; null for all topics. */
  async metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    const metadata = await this.any(metadataRequest(topics));
    this.#cluster.learn(metadata);
    return metadata;
  }

  /** What each broker that answers knows: they learn of a change one after another. */
  async views(topics: readonly string[]): Promise<ClusterMetadata[]> {
    const own = await this.metadata(topics);
    const views = await Promise.allSettled(own.nodes.map(({ id }) => this.at(id, metadataRequest(topics))));
    return [own, ...views.flatMap((view) => (view.status === 'fulfilled' ? [view.value] : []))];
  }

  /** UNKNOWN_TOPIC when it does not exist. */
  async topic(name: string): Promise<TopicMetadata> {
    const known = this.#cluster.known(name);
    if (known) return known;
    const { topics } = await this.metadata([name]);
    const [found] = topics;
    const error = new KafkaError(found?.errorCode ?? 3, `the topic ${name} could not be looked up`);
    if (found?.errorCode === 0) return found;
    throw isKafkaError(error, 'UNKNOWN_TOPIC_OR_PARTITION') ? unknownTopic(name) : error;
  }

  async leader(topic: string, partition: number): Promise<number> {
    const { partitions } = await this.topic(topic);
    const found = partitions.find((each) => each.partition === partition);
    if (!found) {
      throw new StreamsError('INVALID_ARGUMENT', `the topic ${topic} has no partition ${partition}`);
    }
    if (found.leader >= 0) return found.leader;
    this.#cluster.forget(topic);
    throw new KafkaError(5, `${topic}:${partition} has no leader`);
  }

  /** Asks the leader of a partition; what is known of the topic is forgotten when it turns out wrong. */
  async atLeader<Answer>(topic: string, partition: number, request: Request<Answer>): Promise<Answer> {
    const node = await this.leader(topic, partition);
    try {
      return await this.at(node, request);
    } catch (error) {
      this.#cluster.forget(topic);
      throw error;
    }
  }

  forget(topic: string): void {
    this.#cluster.forget(topic);
  }

  /** To be called with what a leader answered for a partition. */
  forgetIfStale(topic: string, code: number): void {
    if (code !== 0 && isKafkaError(new KafkaError(code, ''), ...stale)) this.#cluster.forget(topic);
  }

  /** Asks whoever coordinates; the answer's error code comes from `codeOf`. */
  async atCoordinator<Answer>(
    kind: CoordinatorKind,
    key: string,
    request: Request<Answer>,
    codeOf: (answer: Answer) => number,
  ): Promise<Answer> {
    try {
      const answer = await this.at(await this.#coordinator(kind, key), request);
      check(codeOf(answer), `${request.apiName} of ${key}`);
      return answer;
    } catch (error) {
      const moved = isKafkaError(error) ? isKafkaError(error, ...movedCoordinator) : true;
      if (moved) this.#cluster.setCoordinator(kind, key, undefined);
      throw error;
    }
  }

  async at<Answer>(node: number, request: Request<Answer>): Promise<Answer> {
    const endpoint = this.#cluster.endpoint(node);
    if (!endpoint) throw new KafkaError(5, `the broker ${node} is not known`);
    return await this.#connection(endpoint).request(request);
  }

  /** Asks a broker, another one where that is away. */
  async any<Answer>(request: Request<Answer>): Promise<Answer> {
    for (let left = this.#cluster.choices; ; left--) {
      try {
        return await this.#connection(this.#cluster.anyEndpoint()).request(request);
      } catch (error) {
        if (left <= 1 || this.#closed || !isTransient(error)) throw error;
      }
    }
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#open.values()) connection.close();
    this.#open.clear();
  }

  async #coordinator(kind: CoordinatorKind, key: string): Promise<number> {
    const known = this.#cluster.coordinator(kind, key);
    if (known !== undefined) return known;
    const found = await this.any(findCoordinatorRequest(key, kind === 'group' ? 0 : 1));
    check(found.errorCode, `the coordinator of ${key} could not be found`);
    if (this.#cluster.endpoint(found.node) === undefined) await this.metadata([]);
    this.#cluster.setCoordinator(kind, key, found.node);
    return found.node;
  }

  #connection(endpoint: Endpoint): BrokerConnection {
    if (this.#closed)
      throw new StreamsError('CLOSED', 'this connection to Kafka is closed; open another one');
    const address = `${endpoint.host}:${endpoint.port}`;
    let connection = this.#open.get(address);
    if (!connection) {
      connection = this.#connect(endpoint);
      this.#open.set(address, connection);
    }
    return connection;
  }
}
