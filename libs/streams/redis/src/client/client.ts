import type { Connection } from '../commands/script.ts';
import type { RawConnection } from '../protocol/raw-connection.ts';
import type { BlockingReader } from './blocking-reader.ts';
import type { ReplicatedWriter } from './replicated-writer.ts';
import type { ServerInfo } from './server-info.ts';

/** The connections of a driver, whatever they lead to. `key` names the slot that a connection must serve. */
export interface Client {
  readonly cluster: boolean;
  readonly serverInfo: ServerInfo;
  /** For commands that are answered at once. */
  connection(): Connection;
  /** Every server that has keys of its own, for what no key leads to. */
  masters(): readonly Connection[];
  /** For reading many entries: a connection of its own, whose replies cost little to read. */
  rawConnection(key: string): Promise<RawConnection>;
  /** For writes of many records. */
  writer(key: string): Connection;
  /** For writes that must be on replicas and disks. */
  replicatedWriter(key: string): ReplicatedWriter;
  /** A new connection for one blocking caller, who closes it. */
  blockingReader(key: string): Promise<BlockingReader>;
  /** For channels only. */
  subscriber(): Subscriber;
  close(): void;
}

export interface Subscriber {
  subscribe(...channels: string[]): Promise<unknown>;
  unsubscribe(...channels: string[]): Promise<unknown>;
  on(event: 'message', listener: (channel: string, message: string) => void): unknown;
  on(event: 'ready', listener: () => void): unknown;
}

export interface ClientEvents {
  disconnected(error: unknown): void;
  reconnected(): void;
}
