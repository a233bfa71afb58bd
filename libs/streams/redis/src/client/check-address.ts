import { StreamsError } from '@millrace/streams';
import { RawConnection } from '../protocol/raw-connection.ts';
import { attemptMs } from './connect-deadline.ts';
import type { Login } from './login.ts';
import { parseInfo } from './server-info.ts';
import { openSocket } from './sockets.ts';
import { describeTarget, type Endpoint, type Target } from './url.ts';

/**
 * Says in one sentence when something else is at the address than the URL's scheme names: INVALID_ARGUMENT. A server that
 * is away or not ready says nothing, and is waited for by who asked.
 */
export async function checkAddress(target: Target, login: Login): Promise<void> {
  const endpoints = target.kind === 'single' ? [target.endpoint] : target.endpoints;
  await Promise.all(
    endpoints.map(async (endpoint) => {
      const problem = await problemAt(endpoint, target, login);
      if (problem === undefined) return;
      const { host, port } = endpoint;
      throw new StreamsError(
        'INVALID_ARGUMENT',
        `Redis: cannot open ${describeTarget(target)}: ${host}:${port} ${problem}`,
      );
    }),
  );
}

async function problemAt(endpoint: Endpoint, target: Target, login: Login): Promise<string | undefined> {
  let firstByte: number | undefined;
  try {
    const connection = await RawConnection.open({
      connect: async () =>
        openSocket(endpoint, target.tls).once('data', (chunk: Buffer) => {
          firstByte = chunk[0];
        }),
      handshake: async () => [],
      openMs: attemptMs,
      replyMs: attemptMs,
    });
    try {
      return await askKind(connection, target, login);
    } finally {
      connection.close();
    }
  } catch (error) {
    return problemOfConnecting(error, firstByte);
  }
}

/** What a server is depends neither on whether its login succeeds nor on what it refuses. */
async function askKind(connection: RawConnection, target: Target, login: Login): Promise<string | undefined> {
  for (const [command, ...args] of await loginAt(target, login))
    await connection.call(command, args).catch(refusal);
  const info = parseInfo(String(await connection.call('INFO', ['server'])));
  const mode = info.get('redis_mode') ?? info.get('server_mode');
  switch (target.kind) {
    case 'single':
      if (mode === 'cluster') return 'is a node of a Cluster; write redis+cluster://host:port,host:port';
      if (mode === 'sentinel') return 'is a Sentinel; write redis+sentinel://host:port/name-of-the-master';
      return undefined;
    case 'cluster':
      if (mode === 'sentinel') return 'is a Sentinel; write redis+sentinel://host:port/name-of-the-master';
      return mode === 'standalone' ? 'is a server without Cluster; write redis://host:port' : undefined;
    case 'sentinel':
      if (mode !== 'sentinel') return 'is no Sentinel but a server; write redis://host:port';
      return (await connection.call('SENTINEL', ['GET-MASTER-ADDR-BY-NAME', target.name])) === null
        ? `knows no master called ${JSON.stringify(target.name)}`
        : undefined;
    default:
      return target satisfies never;
  }
}

async function loginAt(target: Target, login: Login): Promise<[string, ...string[]][]> {
  if (target.kind !== 'sentinel') return await login.commands(0);
  const { sentinelUsername, sentinelPassword } = target;
  if (sentinelPassword === undefined) return [];
  return [['AUTH', ...(sentinelUsername === undefined ? [] : [sentinelUsername]), sentinelPassword]];
}

/** Replies begin with one of these; a TLS alert with the byte 21. */
const replyKinds = new Set([...'+-:$*'].map((kind) => kind.charCodeAt(0)));
const tlsAlert = 0x15;

function problemOfConnecting(error: unknown, firstByte: number | undefined): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return 'does not speak TLS; write redis:// instead of rediss://';
  if (firstByte === tlsAlert) return 'speaks TLS; write rediss:// instead of redis://';
  if (firstByte !== undefined && !replyKinds.has(firstByte))
    return 'is no Redis server: its reply is none of Redis';
  return undefined;
}

function refusal(error: unknown): unknown {
  return error;
}
