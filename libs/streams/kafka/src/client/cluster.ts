import { addressOf, type Endpoint } from '@millrace/streams/driver';
import type { ApiVersions } from '../wire/api-versions.ts';
import type { ClusterMetadata, TopicMetadata } from '../wire/metadata.ts';
import type { Request } from '../wire/request.ts';
import { BrokerConnection } from './broker-connection.ts';
import type { BrokerHealth } from './broker-health.ts';
import { Connections } from './connections.ts';
import { translate } from './errors.ts';
import { chooseVersion, type SessionSettings } from './session.ts';

export type CoordinatorKind = 'group' | 'transaction';

/** What is known of the brokers, shared by all connections of a client: nodes, leaders, coordinators. */
export class Cluster {
  readonly #seeds: readonly Endpoint[];
  readonly #settings: SessionSettings;
  readonly #connectivity: BrokerHealth;
  readonly #nodes = new Map<number, Endpoint>();
  /** Those that did not answer at the address that is known of them: they may have got another one. */
  readonly #lost = new Set<number>();
  readonly #topics = new Map<string, TopicMetadata>();
  readonly #coordinators = new Map<string, number>();
  readonly #versions = new Map<string, ApiVersions>();
  readonly #open = new Set<Connections>();
  #closed = false;
  #turn = 0;

  constructor(seeds: readonly Endpoint[], settings: SessionSettings, connectivity: BrokerHealth) {
    this.#seeds = seeds;
    this.#settings = settings;
    this.#connectivity = connectivity;
  }

  /** Connections of one owner: requests of others never stand in their way. */
  connections(): Connections {
    const connections = new Connections(this, {
      connect: (endpoint) => this.#connect(endpoint),
      closed: () => this.#open.delete(connections),
    });
    if (this.#closed) connections.close();
    else this.#open.add(connections);
    return connections;
  }

  /** Closes all connections of all owners, also those asked for later. */
  close(): void {
    this.#closed = true;
    for (const connections of [...this.#open]) connections.close();
  }

  get nodes(): number[] {
    return [...this.#nodes.keys()];
  }

  endpoint(node: number): Endpoint | undefined {
    return this.#nodes.get(node);
  }

  mayHaveMoved(node: number): boolean {
    return this.#lost.has(node);
  }

  /** It did not answer. */
  lost(node: number): void {
    this.#lost.add(node);
  }

  /** Brokers to ask when it does not matter which: those known and those of the URL in turn, those that are away last. */
  get brokersToTry(): Endpoint[] {
    const known = [...this.#nodes.values(), ...this.#seeds];
    const first = this.#turn++ % known.length;
    const inTurn = [...known.slice(first), ...known.slice(0, first)];
    const isAway = (endpoint: Endpoint): boolean => this.#connectivity.isAway(addressOf(endpoint));
    return [...inTurn.filter((each) => !isAway(each)), ...inTurn.filter(isAway)];
  }

  /** Each of the choices was tried in vain. */
  allBrokersFailed(error: unknown): void {
    this.#connectivity.allBrokersFailed(translate(error, 'no answer').message);
  }

  /** Why a broker that was asked what it speaks does not take such a request; undefined when all of them do. */
  lack(request: Omit<Request<unknown>, 'write' | 'read'>): string | undefined {
    for (const [address, versions] of this.#versions) {
      try {
        chooseVersion(address, versions, request);
      } catch (error) {
        return translate(error, request.apiName).message;
      }
    }
    return undefined;
  }

  known(topic: string): TopicMetadata | undefined {
    return this.#topics.get(topic);
  }

  forget(topic: string): void {
    this.#topics.delete(topic);
  }

  learn(metadata: ClusterMetadata): void {
    if (metadata.nodes.length > 0) {
      this.#nodes.clear();
      this.#lost.clear();
    }
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
    return new BrokerConnection(endpoint, this.#settings, this.#connectivity, this.#versions);
  }
}
