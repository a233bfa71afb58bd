import { createRequire } from 'node:module';
import type { ConnectionOptions } from 'node:tls';
import type { SASLOptions } from 'kafkajs';

/** What a connection of kafkajs waits for. */
interface PendingRequest {
  readonly entry: {
    readonly apiKey: number;
    readonly apiName: string;
    readonly apiVersion: number;
    readonly correlationId: number;
    readonly resolve: (answer: { readonly payload: Buffer | null }) => void;
    readonly reject: (error: Error) => void;
  };
  readonly expectResponse: boolean;
  readonly requestTimeout: number;
  readonly sendRequest: () => void;
}

interface RequestQueue {
  push(request: PendingRequest): void;
  scheduleCheckPendingRequests(): void;
}

/** The connection of kafkajs: socket, TLS, SASL, framing, answers matched to requests. */
export interface RawConnection {
  readonly clientId: string;
  readonly requestQueue: RequestQueue;
  readonly socket?: NodeJS.WritableStream & { destroy(error?: Error): void; cork(): void; uncork(): void };
  isConnected(): boolean;
  connect(): Promise<unknown>;
  authenticate(): Promise<void>;
  disconnect(): Promise<unknown>;
  nextCorrelationId(): number;
  rejectRequests(error: Error): void;
  setVersions(versions: Readonly<Record<number, { minVersion: number; maxVersion: number }>>): void;
  setSupportAuthenticationProtocol(supported: boolean): void;
}

export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly ssl?: ConnectionOptions | true;
  readonly sasl?: SASLOptions;
}

/** The layer below kafkajs's producers and consumers; the version is pinned, and nothing else of it is used. */
const load = createRequire(import.meta.url);
const Connection = load('kafkajs/src/network/connection') as new (
  settings: ConnectionSettings & {
    readonly logger: unknown;
    readonly socketFactory: unknown;
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly enforceRequestTimeout: boolean;
  },
) => RawConnection;
const createSocketFactory = load('kafkajs/src/network/socketFactory') as () => unknown;

const connectWithinMs = 5_000;
const saslHandshake = 17;
const saslAuthenticate = 36;

/** kafkajs says the same by errors; nothing of it goes to the console. */
const silent = {
  namespace: () => silent,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A connection that is not made yet. */
export function createConnection(settings: ConnectionSettings): RawConnection {
  const connection = new Connection({
    ...settings,
    requestTimeout: connectWithinMs,
    connectionTimeout: connectWithinMs,
    enforceRequestTimeout: false,
    logger: silent,
    socketFactory: createSocketFactory(),
  });
  // The queue sets a timer for a time in the past after every answer, at which Node warns; nothing ever waits in it here.
  connection.requestQueue.scheduleCheckPendingRequests = () => undefined;
  connection.setVersions({
    [saslHandshake]: { minVersion: 0, maxVersion: 1 },
    [saslAuthenticate]: { minVersion: 0, maxVersion: 1 },
  });
  connection.setSupportAuthenticationProtocol(true);
  return connection;
}
