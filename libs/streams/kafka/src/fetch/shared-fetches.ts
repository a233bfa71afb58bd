import type { Connections } from '../client/connections.ts';
import type { FetchedPartition } from '../wire/fetch.ts';
import { BrokerFetches, type FetchConnections } from './broker-fetches.ts';
import type { FetchOptions, FetchPosition, FetchSource } from './fetch-source.ts';

/** Fetches of many partitions over two connections a broker, however many they are. */
export class SharedFetches implements FetchSource {
  readonly connections: Connections;
  readonly #over: FetchConnections;
  readonly #brokers = new Map<number, BrokerFetches>();

  constructor(over: FetchConnections) {
    this.#over = over;
    this.connections = over.direct;
  }

  async fetch(position: FetchPosition, options: FetchOptions): Promise<FetchedPartition> {
    const { topic, partition } = position;
    const leader = await this.connections.leader(topic, partition);
    try {
      return await this.#broker(leader).fetch(position, options);
    } catch (error) {
      if (!options.signal.aborted) this.connections.forget(topic);
      throw error;
    }
  }

  #broker(node: number): BrokerFetches {
    let broker = this.#brokers.get(node);
    if (!broker) {
      broker = new BrokerFetches(node, this.#over);
      this.#brokers.set(node, broker);
    }
    return broker;
  }
}
