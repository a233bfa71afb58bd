import type { StreamsError } from '@millrace/streams';
import { addressOf, type Endpoint, parseServerUrl, urlError } from '@millrace/streams/driver';

interface Common {
  readonly username?: string;
  readonly password?: string;
  /** Holds the password; read for every new connection. */
  readonly passwordFile?: string;
  readonly tls: boolean;
}

/** Where a URL leads. */
export type Target =
  | ({ readonly kind: 'single'; readonly endpoint: Endpoint; readonly database: number } & Common)
  | ({ readonly kind: 'cluster'; readonly endpoints: readonly Endpoint[] } & Common)
  | ({
      readonly kind: 'sentinel';
      readonly endpoints: readonly Endpoint[];
      readonly name: string;
      readonly database: number;
      readonly sentinelUsername?: string;
      readonly sentinelPassword?: string;
    } & Common);

const ports = {
  redis: 6379,
  rediss: 6379,
  'redis+cluster': 6379,
  'rediss+cluster': 6379,
  'redis+sentinel': 26_379,
  'rediss+sentinel': 26_379,
} as const;
const parameters = ['passwordFile'] as const;
const sentinelParameters = [...parameters, 'sentinelUsername', 'sentinelPassword'] as const;

/**
 * `redis://[user:password@]host[:port][/database]` (`rediss://` with TLS), `redis+cluster://host:port,host:port`,
 * `redis+sentinel://host:port,host:port/master[/database]`; `rediss+…` with TLS. Every form takes `?passwordFile=…`, Sentinels
 * `sentinelUsername` and `sentinelPassword` as well. INVALID_ARGUMENT for anything else.
 */
export function parseUrl(url: string): Target {
  const parsed = parseServerUrl(url, {
    server: 'Redis',
    schemes: ports,
    parameters: (scheme) => (scheme.endsWith('+sentinel') ? sentinelParameters : parameters),
  });
  const { scheme, endpoints, path, username, password } = parsed;
  const { passwordFile, ...sentinelLogin } = parsed.parameters;
  if (passwordFile !== undefined && password !== undefined)
    throw invalid(url, 'has a password and a passwordFile; give one of them');
  const common = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    tls: scheme.startsWith('rediss'),
  };
  if (scheme.endsWith('+cluster')) {
    if (path.length > 0) throw invalid(url, 'names a database, and a Cluster has none; leave it out');
    return { kind: 'cluster', endpoints, ...common };
  }
  const sentinel = scheme.endsWith('+sentinel');
  if (path.length > (sentinel ? 2 : 1)) throw invalid(url, 'has more parts after its host than a database');
  if (sentinel) {
    const [name, database] = path;
    if (name === undefined)
      throw invalid(url, 'names no master; write it as redis+sentinel://host:port/name');
    return {
      kind: 'sentinel',
      endpoints,
      name,
      database: parseDatabase(url, database),
      ...sentinelLogin,
      ...common,
    };
  }
  if (endpoints.length > 1)
    throw invalid(url, 'names several hosts; use redis+cluster:// or redis+sentinel://');
  return { kind: 'single', endpoint: endpoints[0], database: parseDatabase(url, path[0]), ...common };
}

/** A target for messages: without its login. */
export function describeTarget(target: Target): string {
  const endpoints = target.kind === 'single' ? [target.endpoint] : target.endpoints;
  const hosts = endpoints.map(addressOf);
  const scheme = `redis${target.tls ? 's' : ''}${target.kind === 'single' ? '' : `+${target.kind}`}`;
  const name = target.kind === 'sentinel' ? `/${target.name}` : '';
  const database = target.kind === 'cluster' || target.database === 0 ? '' : `/${target.database}`;
  return `${scheme}://${hosts.join(',')}${name}${database}`;
}

function parseDatabase(url: string, text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw invalid(url, `has the database ${JSON.stringify(text)}, which is no number`);
}

function invalid(url: string, problem: string): StreamsError {
  return urlError('Redis', url, problem);
}
