import type { RedisOptions as AllClientOptions, Cluster } from 'ioredis';
import { attemptMs } from './connect-deadline.ts';
import type { Login } from './login.ts';
import { sentinelOptions } from './sockets.ts';
import { TlsConnector, TlsSentinelConnector } from './tls-connectors.ts';
import type { Target } from './url.ts';

export type ClientOptions = AllClientOptions & { readonly replyMapping?: 'legacy' };
export type ClusterOptions = NonNullable<ConstructorParameters<typeof Cluster>[1]> & {
  readonly replyMapping?: 'legacy';
};
export type ServerTarget = Exclude<Target, { kind: 'cluster' }>;
export type ClusterTarget = Extract<Target, { kind: 'cluster' }>;

/** Where ioredis finds one server, or the master that Sentinels name, and how it logs in there. Connects at the first command. */
export function serverOptions(target: ServerTarget, login: Login): ClientOptions {
  const common = { ...loginOptions(target, login), db: target.database, lazyConnect: true };
  if (target.kind === 'single') return { ...common, host: target.endpoint.host, port: target.endpoint.port };
  return {
    ...common,
    ...sentinelOptions(target),
    ...(target.tls ? { Connector: TlsSentinelConnector } : {}),
  };
}

/** The same of a Cluster; `node` is what is added for the connection to each of its nodes. */
export function clusterOptions(
  target: ClusterTarget,
  login: Login,
  node: ClientOptions = {},
): ClusterOptions {
  return {
    lazyConnect: true,
    slotsRefreshTimeout: attemptMs,
    // A certificate is checked against the name of the node, which a lookup would replace by its address.
    ...(target.tls ? { dnsLookup: (name, done) => done(null, name) } : {}),
    redisOptions: { ...loginOptions(target, login), ...node },
  };
}

function loginOptions({ tls }: Target, { username, password }: Login): ClientOptions {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {}, Connector: TlsConnector } : {}),
    connectTimeout: attemptMs,
  };
}
