import { StreamsError } from '@millrace/streams';
import { mask } from '@millrace/streams/driver-kit';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

/** Where a URL leads. */
export type Target =
  | ({ readonly kind: 'single'; readonly endpoint: Endpoint; readonly database: number } & Login)
  | ({ readonly kind: 'cluster'; readonly endpoints: readonly Endpoint[] } & Login)
  | ({
      readonly kind: 'sentinel';
      readonly endpoints: readonly Endpoint[];
      readonly name: string;
      readonly database: number;
      readonly sentinelPassword?: string;
    } & Login);

const pattern =
  /^(?<scheme>rediss?(?:\+cluster|\+sentinel)?):\/\/(?:(?<login>[^@/?#]*)@)?(?<hosts>[^/?#]+)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/i;

/**
 * `redis://[user:password@]host[:port][/database]` (`rediss://` with TLS), `redis+cluster://host:port,host:port`,
 * `redis+sentinel://host:port,host:port/master[/database][?sentinelPassword=…]`; `rediss+…` with TLS.
 */
export function parseUrl(url: string): Target {
  const groups = pattern.exec(url)?.groups;
  if (!groups) throw invalid(url, 'is none of redis://, rediss://, redis+cluster:// and redis+sentinel://');
  const scheme = (groups['scheme'] ?? '').toLowerCase();
  const fallback = scheme.endsWith('+sentinel') ? 26_379 : 6379;
  const endpoints = (groups['hosts'] ?? '').split(',').map((text) => parseEndpoint(url, text, fallback));
  const [first] = endpoints;
  if (!first) throw invalid(url, 'names no host');
  const login = { ...parseLogin(groups['login']), tls: scheme.startsWith('rediss') };
  const path = (groups['path'] ?? '').split('/').filter((part) => part !== '');
  if (scheme.endsWith('+cluster')) return { kind: 'cluster', endpoints, ...login };
  if (scheme.endsWith('+sentinel')) {
    const [name, database] = path;
    if (name === undefined)
      throw invalid(url, 'names no master; write it as redis+sentinel://host:port/name');
    const sentinelPassword = new URLSearchParams(groups['query']).get('sentinelPassword');
    const own = sentinelPassword === null ? {} : { sentinelPassword };
    return { kind: 'sentinel', endpoints, name, database: parseDatabase(url, database), ...own, ...login };
  }
  if (endpoints.length > 1)
    throw invalid(url, 'names several hosts; use redis+cluster:// or redis+sentinel://');
  return { kind: 'single', endpoint: first, database: parseDatabase(url, path[0]), ...login };
}

function parseEndpoint(url: string, text: string, fallback: number): Endpoint {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d+))?$/.exec(text)?.groups;
  const port = Number(match?.['port'] ?? fallback);
  const host = match?.['six'] ?? match?.['host'];
  if (host === undefined || port < 1 || port > 65_535)
    throw invalid(url, `has no host and port in ${JSON.stringify(text)}`);
  return { host, port };
}

function parseLogin(text: string | undefined): { username?: string; password?: string } {
  if (text === undefined || text === '') return {};
  const colon = text.indexOf(':');
  const username = decodeURIComponent(colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? '' : decodeURIComponent(text.slice(colon + 1));
  return { ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
}

function parseDatabase(url: string, text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw invalid(url, `has the database ${JSON.stringify(text)}, which is no number`);
}

function invalid(url: string, problem: string): StreamsError {
  return new StreamsError('INVALID_ARGUMENT', `the Redis URL ${JSON.stringify(mask(url))} ${problem}`);
}
