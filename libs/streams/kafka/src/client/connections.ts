import { StreamsError } from '@millrace/streams';
import { addressOf, type Endpoint } from '@millrace/streams/driver';
import { findCoordinatorRequest } from '../wire/groups.ts';
import {
  type ClusterMetadata,
  metadataRequest,
  type PartitionMetadata,
  type TopicMetadata,
} from '../wire/metadata.ts';
import type { Request } from '../wire/request.ts';
import type { RequestSender } from './broker-connection.ts';
import type { Cluster, CoordinatorKind } from './cluster.ts';
import { isTransient, unknownTopic } from './errors.ts';
import { check, isKafkaError, KafkaError } from './kafka-error.ts';
import { SharedConnection } from './shared-connection.ts';

const stale = [
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
];
const movedCoordinator = [
  'LEADER_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
];

interface Making {
  readonly connect: (endpoint: Endpoint) => RequestSender;
  readonly closed: () => void;
}

/** One owner's connections, a single one to each broker, so that its requests keep their order. */
export class Connections {
  readonly #cluster: Cluster;
  readonly #making: Making;
  readonly #open = new Map<string, RequestSender>();
  readonly #lookUps = new Map<string, Promise<TopicMetadata>>();
  #closed = false;

  constructor(cluster: Cluster, making: Making) {
    this.#cluster = cluster;
    this.#making = making;
  }

  /** Those of another owner over the same sockets: closing them ends what that owner waits for, and nothing else. */
  share(): Connections {
    return new Connections(this.#cluster, {
      connect: (endpoint) => new SharedConnection(this.#connection(endpoint)),
      closed: () => undefined,
    });
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
    return this.#cluster.known(name) ?? (await this.#lookUp(name));
  }

  /** Asks once for all who want to know at the same time: a lease of each partition begins with the ids of its topics. */
  #lookUp(name: string): Promise<TopicMetadata> {
    const underWay = this.#lookUps.get(name);
    if (underWay !== undefined) return underWay;
    const looking = this.#ask(name).finally(() => this.#lookUps.delete(name));
    this.#lookUps.set(name, looking);
    return looking;
  }

  async #ask(name: string): Promise<TopicMetadata> {
    const { topics } = await this.metadata([name]);
    const [found] = topics;
    const error = new KafkaError(found?.errorCode ?? 3, `the topic ${name} could not be looked up`);
    if (found?.errorCode === 0) return found;
    throw isKafkaError(error, 'UNKNOWN_TOPIC_OR_PARTITION') ? unknownTopic(name) : error;
  }

  /**
   * The id of the topic as it is now. `expected` is the id that it had: brokers learn of a change one after another, so
   * another one counts only when no broker tells the expected one any more; LEADER_NOT_AVAILABLE until then.
   */
  async topicId(topic: string, expected?: string): Promise<string> {
    this.#cluster.forget(topic);
    const { id } = await this.#lookUp(topic);
    if (expected === undefined || id === expected) return id;
    const views = await this.views([topic]);
    const ids = new Set(views.flatMap(({ topics }) => topics.map((found) => found.id)));
    if (ids.has(expected)) throw new KafkaError(5, `the brokers do not agree yet about the topic ${topic}`);
    return id;
  }

  async leader(topic: string, partition: number): Promise<number> {
    const isIt = (each: PartitionMetadata): boolean => each.partition === partition;
    let found = (await this.topic(topic)).partitions.find(isIt);
    if (!found) {
      // The topic may have got more of them since it was looked up.
      this.#cluster.forget(topic);
      found = (await this.topic(topic)).partitions.find(isIt);
    }
    if (!found) {
      // Brokers learn of that one after another.
      const views = await this.views([topic]);
      if (views.some(({ topics }) => topics.some(({ partitions }) => partitions.some(isIt))))
        throw new KafkaError(5, `not every broker knows ${topic}:${partition} yet`);
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
    if (this.#cluster.mayHaveMoved(node)) await this.metadata([]);
    const endpoint = this.#cluster.endpoint(node);
    if (!endpoint) throw new KafkaError(5, `the broker ${node} is not known`);
    try {
      return await this.#connection(endpoint).request(request);
    } catch (error) {
      if (!this.#closed && isTransient(error)) this.#cluster.lost(node);
      throw error;
    }
  }

  /** Asks a broker, another one where that is away. */
  async any<Answer>(request: Request<Answer>): Promise<Answer> {
    let failure: unknown;
    for (const endpoint of this.#cluster.brokersToTry) {
      try {
        return await this.#connection(endpoint).request(request);
      } catch (error) {
        if (this.#closed || !isTransient(error)) throw error;
        failure = error;
      }
    }
    this.#cluster.allBrokersFailed(failure);
    throw failure;
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#open.values()) connection.close();
    this.#open.clear();
    this.#making.closed();
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

  #connection(endpoint: Endpoint): RequestSender {
    if (this.#closed)
      throw new StreamsError('CLOSED', 'this connection to Kafka is closed; open another one');
    const address = addressOf(endpoint);
    let connection = this.#open.get(address);
    if (!connection) {
      connection = this.#making.connect(endpoint);
      this.#open.set(address, connection);
    }
    return connection;
  }
}
