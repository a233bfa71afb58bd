import type { BlockingReader } from './blocking-reader.ts';
import type { Durable } from './durable.ts';
import type { Features } from './features.ts';
import type { Connection } from './scripts.ts';
import type { Wire } from './wire/wire.ts';

/** The connections of a driver, whatever they lead to. `key` names the slot that a connection must serve. */
export interface Client {
  readonly cluster: boolean;
  readonly features: Features;
  /** For commands that answer at once. */
  connection(): Connection;
  /** For reading many entries: a connection of its own, whose replies cost little to read. */
  wire(key: string): Promise<Wire>;
  /** For writes of many records. */
  writer(key: string): Connection;
  /** For writes that must be on replicas and disks. */
  durable(key: string): Durable;
  /** A new connection for one blocking caller, who closes it. */
  blocking(key: string): Promise<BlockingReader>;
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
