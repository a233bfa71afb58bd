import { once } from 'node:events';
import { connect } from 'node:tls';
import { StreamsError } from '@millrace/streams';
import type { Endpoint } from '@millrace/streams/driver';
import { hasCode } from '../errors.ts';
import { RawConnection } from '../protocol/raw-connection.ts';
import { attemptMs } from './connect-deadline.ts';
import type { Login } from './login.ts';
import { parseInfo } from './server-info.ts';
import { openSocket } from './sockets.ts';
import { describeTarget, type Target } from './url.ts';

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
  const { tls } = target;
  const found = await probe(endpoint, tls, (connection) => askKind(connection, target, login));
  if (found.problem !== undefined) return found.problem;
  const replied = found.firstByte !== undefined && replyKinds.has(found.firstByte);
  // Who waits in silence for more than a command speaks neither protocol.
  const mayBeTls = !tls && found.error !== undefined && !replied && !hasCode(found.error, 'No reply within');
  if (found.firstByte === tlsAlert || (mayBeTls && (await speaksTls(endpoint))))
    return 'speaks TLS; write rediss:// instead of redis://';
  if (tls && found.error !== undefined) {
    // Without the login: nobody is to read it on the way.
    const plain = await probe(endpoint, false, (connection) =>
      connection.call('PING', []).then(() => undefined),
    );
    if (plain.firstByte !== undefined && plain.firstByte !== tlsAlert)
      return 'does not speak TLS; write redis:// instead of rediss://';
  }
  if (found.firstByte === undefined || replied) return undefined;
  return 'is no Redis server: what it sends is no reply of Redis';
}

/** Nothing is sent, so that it does not matter whose certificate it is. */
async function speaksTls({ host, port }: Endpoint): Promise<boolean> {
  const socket = connect({ host, port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(attemptMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Replies begin with one of these; a TLS alert with the byte 21. */
const replyKinds = new Set([...'+-:$*'].map((kind) => kind.charCodeAt(0)));
const tlsAlert = 0x15;

interface Found {
  readonly problem?: string | undefined;
  readonly error?: unknown;
  /** Of what came back. */
  readonly firstByte: number | undefined;
}

async function probe(
  endpoint: Endpoint,
  tls: boolean,
  ask: (connection: RawConnection) => Promise<string | undefined>,
): Promise<Found> {
  let firstByte: number | undefined;
  let connection: RawConnection | undefined;
  try {
    connection = await RawConnection.open({
      connect: async () =>
        openSocket(endpoint, tls).once('data', (chunk: Buffer) => {
          firstByte = chunk[0];
        }),
      handshake: async () => [],
      openMs: attemptMs,
      replyMs: attemptMs,
    });
    return { problem: await ask(connection), firstByte };
  } catch (error) {
    return { error, firstByte };
  } finally {
    connection?.close();
  }
}

/** What a server is depends neither on whether its login succeeds nor on what it refuses. */
async function askKind(connection: RawConnection, target: Target, login: Login): Promise<string | undefined> {
  for (const [command, ...args] of await loginAt(target, login)) {
    const reply = await connection.call(command, args).catch(refusal);
    // The client itself goes on without it, and its other connections could not.
    if (hasCode(reply, 'ERR AUTH <password> called without any password'))
      return 'asks for no password; leave it out of the URL, or set one on the server';
  }
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

function refusal(error: unknown): unknown {
  return error;
}
