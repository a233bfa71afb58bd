import { StreamsError } from '@millrace/streams';
import { mask } from '@millrace/streams/driver';
import {
  largestMessage,
  leastMessageBytes,
  minInSync,
  replicationFactor,
  type TopicDefaults,
  usualMessageBytes,
} from './catalog/topic-defaults.ts';
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
  readonly topics: TopicDefaults;
}

const pattern =
  /^(?<scheme>kafka(?:\+ssl)?):\/\/(?:(?<login>[^@/?#]*)@)?(?<hosts>[^/?#]+)\/?(?:\?(?<query>[^#]*))?$/i;
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const byToken = 'oauthbearer';
const known = ['sasl', 'compression', 'linger', 'client', largestMessage, replicationFactor, minInSync];

/**
 * `kafka://[user:password@]host[:port],host[:port]`, `kafka+ssl://…` with TLS (an authority of one's own is
 * named by `NODE_EXTRA_CA_CERTS`). In the query `sasl=plain`, `scram-sha-256` or `scram-sha-512` (the default with a user),
 * or `oauthbearer` (without one; `token` gives the token of each login), `compression=gzip`, `snappy`, `lz4` or `zstd`,
 * `linger=<milliseconds>` and `client=<name for the brokers' logs>`. `max.message.bytes=<bytes>` holds for all topics that
 * are created without it, for clusters that allow less than the driver asks for; `replication.factor` and
 * `min.insync.replicas` for those that groups keep for themselves.
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
    topics: parseTopicDefaults(url, query),
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

function parseTopicDefaults(url: string, query: URLSearchParams): TopicDefaults {
  const number = (name: string, least: number): number | undefined => {
    const text = query.get(name);
    if (text === null) return undefined;
    if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
    throw invalid(url, `has ${name}=${text}, which is no number of at least ${least}`);
  };
  return {
    maxMessageBytes: number(largestMessage, leastMessageBytes) ?? usualMessageBytes,
    replicas: number(replicationFactor, 1),
    minInSync: number(minInSync, 1),
  };
}

function parseMilliseconds(url: string, text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw invalid(url, `has linger=${text}, which is no number of milliseconds`);
}

function invalid(url: string, problem: string): StreamsError {
  return new StreamsError('INVALID_ARGUMENT', `the Kafka URL ${JSON.stringify(mask(url))} ${problem}`);
}
