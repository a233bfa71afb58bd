import { StreamsError } from '@millrace/streams';
import { mask } from '@millrace/streams/driver';
import type { Endpoint } from './client/endpoint.ts';
import type { Login } from './client/login.ts';
import { type Compression, compressionNames, compressionOf } from './wire/compression.ts';

/** Where a URL leads, and how. */
export interface Target {
  readonly brokers: readonly Endpoint[];
  readonly tls: boolean;
  readonly login?: Login;
  readonly compression: Compression;
  /** Milliseconds that a lone append waits for company. */
  readonly lingerMs: number;
  readonly clientId: string;
}

const pattern =
  /^(?<scheme>kafka(?:\+ssl)?):\/\/(?:(?<login>[^@/?#]*)@)?(?<hosts>[^/?#]+)\/?(?:\?(?<query>[^#]*))?$/i;
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const byToken = 'oauthbearer';
const known = ['sasl', 'compression', 'linger', 'client'];

/**
 * `kafka://[user:password@]host[:port],host[:port]`, `kafka+ssl://…` with TLS (an authority of one's own is
 * named by `NODE_EXTRA_CA_CERTS`). In the query `sasl=plain`, `scram-sha-256` or `scram-sha-512` (the default with a user),
 * or `oauthbearer` (without one; `token` gives the token of each login), `compression=gzip`, `snappy`, `lz4` or `zstd`,
 * `linger=<milliseconds>` and `client=<name for the brokers' logs>`.
 */
export function parseUrl(url: string, token?: () => Promise<string>): Target {
  const groups = pattern.exec(url)?.groups;
  if (!groups) throw invalid(url, 'is neither kafka://host:port nor kafka+ssl://host:port');
  const query = new URLSearchParams(groups['query']);
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalid(url, `has the option ${JSON.stringify(unknown)}; use ${known.join(', ')}`);
  const asked = query.get('sasl');
  const login =
    asked?.toLowerCase() === byToken
      ? parseTokenLogin(url, groups['login'], token)
      : parseLogin(url, groups['login'], asked);
  return {
    brokers: (groups['hosts'] ?? '').split(',').map((text) => parseEndpoint(url, text)),
    tls: (groups['scheme'] ?? '').toLowerCase() === 'kafka+ssl',
    ...(login ? { login } : {}),
    compression: parseCompression(url, query.get('compression') ?? 'none'),
    lingerMs: parseMilliseconds(url, query.get('linger') ?? '0'),
    clientId: query.get('client') ?? 'millrace',
  };
}

function parseEndpoint(url: string, text: string): Endpoint {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d+))?$/.exec(text)?.groups;
  const port = Number(match?.['port'] ?? 9092);
  const host = match?.['six'] ?? match?.['host'];
  if (host === undefined || port < 1 || port > 65_535)
    throw invalid(url, `has no host and port in ${JSON.stringify(text)}`);
  return { host, port };
}

function parseLogin(url: string, login: string | undefined, asked: string | null): Login | undefined {
  if (!login) {
    if (asked === null) return undefined;
    throw invalid(url, 'names a SASL mechanism and no user; write kafka://user:password@host');
  }
  const name = (asked ?? 'scram-sha-512').toLowerCase();
  const mechanism = mechanisms.find((each) => each === name);
  if (!mechanism)
    throw invalid(url, `has the SASL mechanism ${name}; use ${[...mechanisms, byToken].join(', ')}`);
  const colon = login.indexOf(':');
  const username = decodeURIComponent(colon < 0 ? login : login.slice(0, colon));
  const password = colon < 0 ? '' : decodeURIComponent(login.slice(colon + 1));
  return { mechanism, username, password };
}

function parseTokenLogin(
  url: string,
  login: string | undefined,
  token: (() => Promise<string>) | undefined,
): Login {
  if (login) throw invalid(url, 'names a user, and a login by token has none');
  if (token) return { mechanism: byToken, token };
  throw invalid(url, 'asks for a login by token; give openKafka the option token, a function that gets one');
}

function parseCompression(url: string, name: string): Compression {
  const compression = compressionOf(name);
  if (compression) return compression;
  throw invalid(url, `has the compression ${name}; use one of ${compressionNames}`);
}

function parseMilliseconds(url: string, text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw invalid(url, `has linger=${text}, which is no number of milliseconds`);
}

function invalid(url: string, problem: string): StreamsError {
  return new StreamsError('INVALID_ARGUMENT', `the Kafka URL ${JSON.stringify(mask(url))} ${problem}`);
}
