import { StreamsError } from '@millrace/streams';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

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

const pattern =
  /^(?<scheme>rediss?(?:\+cluster|\+sentinel)?):\/\/(?:(?<login>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(?<path>\/[^@?#]*)?(?:\?(?<query>[^@#]*))?$/i;

const sentinelParameters = ['sentinelUsername', 'sentinelPassword'] as const;

/**
 * `redis://[user:password@]host[:port][/database]` (`rediss://` with TLS), `redis+cluster://host:port,host:port`,
 * `redis+sentinel://host:port,host:port/master[/database]`; `rediss+…` with TLS. Every form takes `?passwordFile=…`, Sentinels
 * `sentinelUsername` and `sentinelPassword` as well. Every part is percent-decoded, and a `+` is a plus sign everywhere.
 * INVALID_ARGUMENT for anything else; what stands before the last `@` is never part of the message.
 */
export function parseUrl(url: string): Target {
  const groups = pattern.exec(url)?.groups;
  if (!groups) throw invalid(url, problemOf(url));
  const scheme = (groups['scheme'] ?? '').toLowerCase();
  const fallback = scheme.endsWith('+sentinel') ? 26_379 : 6379;
  const endpoints = (groups['hosts'] ?? '').split(',').map((text) => parseEndpoint(url, text, fallback));
  const [first] = endpoints;
  if (!first) throw invalid(url, 'names no host');
  const path = (groups['path'] ?? '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decode(url, part));
  const sentinel = scheme.endsWith('+sentinel');
  const query = parseQuery(url, groups['query'], sentinel ? sentinelParameters : []);
  const { passwordFile, ...sentinelLogin } = query;
  const login = parseLogin(url, groups['login']);
  if (passwordFile !== undefined && login.password !== undefined)
    throw invalid(url, 'has a password and a passwordFile; give one of them');
  const common = {
    ...login,
    ...(passwordFile === undefined ? {} : { passwordFile }),
    tls: scheme.startsWith('rediss'),
  };
  if (scheme.endsWith('+cluster')) {
    if (path.length > 0) throw invalid(url, 'names a database, and a Cluster has none; leave it out');
    return { kind: 'cluster', endpoints, ...common };
  }
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
  return { kind: 'single', endpoint: first, database: parseDatabase(url, path[0]), ...common };
}

/** A target for messages: without its login. */
export function describeTarget(target: Target): string {
  const endpoints = target.kind === 'single' ? [target.endpoint] : target.endpoints;
  const hosts = endpoints.map(({ host, port }) =>
    host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
  );
  const scheme = `redis${target.tls ? 's' : ''}${target.kind === 'single' ? '' : `+${target.kind}`}`;
  const name = target.kind === 'sentinel' ? `/${target.name}` : '';
  const database = target.kind === 'cluster' || target.database === 0 ? '' : `/${target.database}`;
  return `${scheme}://${hosts.join(',')}${name}${database}`;
}

function problemOf(url: string): string {
  if (/^rediss?(\+cluster|\+sentinel)?:\/\/.*@/is.test(url))
    return 'has a login that is not percent-encoded: write @ as %40, / as %2F, ? as %3F, # as %23 and % as %25';
  return 'must start with redis://, rediss://, redis+cluster:// or redis+sentinel:// and name a host';
}

function parseEndpoint(url: string, text: string, fallback: number): Endpoint {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d+))?$/.exec(text)?.groups;
  const port = Number(match?.['port'] ?? fallback);
  const host = match?.['six'] ?? match?.['host'];
  if (host === undefined || port < 1 || port > 65_535)
    throw invalid(url, `has no host and port in ${JSON.stringify(text)}`);
  return { host, port };
}

function parseLogin(url: string, text: string | undefined): { username?: string; password?: string } {
  if (text === undefined || text === '') return {};
  const colon = text.indexOf(':');
  const username = decode(url, colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? '' : decode(url, text.slice(colon + 1));
  return { ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
}

type Parameters = Partial<Record<'passwordFile' | (typeof sentinelParameters)[number], string>>;

function parseQuery(
  url: string,
  text: string | undefined,
  more: readonly (typeof sentinelParameters)[number][],
): Parameters {
  const known = ['passwordFile', ...more] as const;
  const found: Parameters = {};
  for (const pair of (text ?? '').split('&').filter((part) => part !== '')) {
    const [name = '', ...rest] = pair.split('=');
    const parameter = known.find((each) => each === name);
    if (parameter === undefined)
      throw invalid(url, `has the parameter ${JSON.stringify(name)}; known are ${known.join(', ')}`);
    found[parameter] = decode(url, rest.join('='));
  }
  return found;
}

function decode(url: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(url, 'has a % that begins no percent-encoded character; write it as %25');
  }
}

function parseDatabase(url: string, text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw invalid(url, `has the database ${JSON.stringify(text)}, which is no number`);
}

function invalid(url: string, problem: string): StreamsError {
  const shown = url.replace(/(:\/\/).*@/s, '$1***@').replace(/([?&][^=&]*)=[^&]*/g, '$1=***');
  return new StreamsError('INVALID_ARGUMENT', `the Redis URL ${JSON.stringify(shown)} ${problem}`);
}
