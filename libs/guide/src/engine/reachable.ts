import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { openRedisClient } from '../native/redis-client.ts';
import { serverUrl } from '../native/server-url.ts';
import { GuideError } from './guide-error.ts';

const withinMs = 3_000;

/** GuideError when nobody listens at any address of the URL: clients themselves try for half a minute. */
export async function assertReachable(url: string, shown: string): Promise<void> {
  if (url.startsWith('embedded')) return;
  const { endpoints } = serverUrl(url);
  const listening = await Promise.all(endpoints.map(({ host, port }) => listens(host, port)));
  if (!listening.includes(true))
    throw new GuideError(`no server answers at ${shown}; start one or name another with --backend`);
}

/** GuideError for a replica: the driver takes its refusals for a failover, and waits for the end of it. */
export async function assertMaster(url: string, shown: string): Promise<void> {
  if (!/^rediss?:/.test(url)) return;
  const client = await openRedisClient(url);
  try {
    const role = client instanceof Redis ? await client.role().catch(() => undefined) : undefined;
    if (Array.isArray(role) && String(role[0]) === 'slave')
      throw new GuideError(`${shown} is a read-only replica; name its master ${role[1]}:${role[2]} instead`);
  } finally {
    client.disconnect();
  }
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: withinMs });
    const end = (reply: boolean): void => {
      socket.destroy();
      resolve(reply);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
