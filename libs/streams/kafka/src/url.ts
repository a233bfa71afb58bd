import type { StreamsError } from '@millrace/streams';
import { type Endpoint, parseServerUrl, urlError } from '@millrace/streams/driver';
import {
  largestMessage,
  leastMessageBytes,
  minInSync,
  replicationFactor,
  type TopicDefaults,
  usualMessageBytes,
} from './catalog/topic-defaults.ts';
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

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const byToken = 'oauthbearer';
const topicSettings = [largestMessage, replicationFactor, minInSync] as const;
const parameters = ['sasl', 'compression', 'linger', 'client', ...topicSettings] as const;

/**
 * `kafka://[user:password@]host[:port],host[:port]`, `kafka+ssl://…` with TLS (an authority of one's own is
 * named by `NODE_EXTRA_CA_CERTS`). In the query `sasl=plain`, `scram-sha-256` or `scram-sha-512` (the default with a user),
 * or `oauthbearer` (without one; `token` gives the token of each login), `compression=gzip`, `snappy`, `lz4` or `zstd`,
 * `linger=<milliseconds>` and `client=<name for the brokers' logs>`. `max.message.bytes=<bytes>` holds for all topics that
 * are created without it, for clusters that allow less than the driver asks for; `replication.factor` and
 * `min.insync.replicas` for those that groups keep for themselves. INVALID_ARGUMENT for anything else.
 */
export function parseUrl(url: string, token?: () => Promise<string>): Target {
  const { scheme, endpoints, path, username, password, ...parsed } = parseServerUrl(url, {
    server: 'Kafka',
    schemes: { kafka: 9092, 'kafka+ssl': 9092 },
    parameters: () => parameters,
  });
  if (path.length > 0) throw invalid(url, 'has a part after its hosts, and a cluster has none; leave it out');
  const { sasl, compression, linger, client } = parsed.parameters;
  const login =
    sasl?.toLowerCase() === byToken
      ? tokenLogin(url, username, token)
      : passwordLogin(url, username, password, sasl);
  return {
    brokers: endpoints,
    tls: scheme === 'kafka+ssl',
    ...(login ? { login } : {}),
    compression: parseCompression(url, compression ?? 'none'),
    lingerMs: parseMilliseconds(url, linger ?? '0'),
    clientId: client ?? 'millrace',
    topics: parseTopicDefaults(url, parsed.parameters),
  };
}

function passwordLogin(
  url: string,
  username: string | undefined,
  password = '',
  asked?: string,
): Login | undefined {
  if (username === undefined) {
    if (asked === undefined) return undefined;
    throw invalid(url, 'names a SASL mechanism and no user; write kafka://user:password@host');
  }
  const name = (asked ?? 'scram-sha-512').toLowerCase();
  const mechanism = mechanisms.find((each) => each === name);
  if (!mechanism)
    throw invalid(url, `has the SASL mechanism ${name}; use ${[...mechanisms, byToken].join(', ')}`);
  return { mechanism, username, password };
}

function tokenLogin(
  url: string,
  username: string | undefined,
  token: (() => Promise<string>) | undefined,
): Login {
  if (username !== undefined) throw invalid(url, 'names a user, and a login by token has none');
  if (token) return { mechanism: byToken, token };
  throw invalid(url, 'asks for a login by token; give openKafka the option token, a function that gets one');
}

function parseCompression(url: string, name: string): Compression {
  const compression = compressionOf(name);
  if (compression) return compression;
  throw invalid(url, `has the compression ${name}; use one of ${compressionNames}`);
}

function parseTopicDefaults(
  url: string,
  settings: { readonly [Name in (typeof topicSettings)[number]]?: string | undefined },
): TopicDefaults {
  const number = (name: (typeof topicSettings)[number], least: number): number | undefined => {
    const text = settings[name];
    if (text === undefined) return undefined;
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
  return urlError('Kafka', url, problem);
}
