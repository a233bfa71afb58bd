import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Endpoint } from '@millrace/streams/driver';
import { type RedisOptions as ClientOptions, SentinelConnector } from 'ioredis';
import { attemptMs } from './connect-deadline.ts';
import type { Target } from './url.ts';

/** A new socket to a server, which may still be connecting. */
export function openSocket({ host, port }: Endpoint, tls: boolean): Socket {
  return tls ? connectTls({ host, port }) : connect({ host, port });
}

/** A new socket to the master that the Sentinels name now; asked once each. */
export async function openMasterSocket(target: Extract<Target, { kind: 'sentinel' }>): Promise<Socket> {
  const connector = new SentinelConnector({ ...sentinelOptions(target), sentinelRetryStrategy: () => null });
  return (await connector.connect(() => undefined)) as Socket;
}

/** How the client finds the master: `rediss+sentinel://` speaks TLS with the Sentinels as well as with the master. */
export function sentinelOptions({
  endpoints,
  name,
  tls,
  sentinelUsername,
  sentinelPassword,
}: Extract<Target, { kind: 'sentinel' }>): SentinelOptions {
  return {
    sentinels: endpoints.map(({ host, port }) => ({ host, port })),
    name,
    role: 'master' as const,
    connectTimeout: attemptMs,
    disconnectTimeout: attemptMs,
    sentinelCommandTimeout: attemptMs,
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
  };
}

type SentinelOptions = Pick<
  ClientOptions,
  | 'sentinels'
  | 'name'
  | 'role'
  | 'connectTimeout'
  | 'disconnectTimeout'
  | 'sentinelCommandTimeout'
  | 'sentinelUsername'
  | 'sentinelPassword'
  | 'tls'
  | 'sentinelTLS'
  | 'enableTLSForSentinelMode'
>;
