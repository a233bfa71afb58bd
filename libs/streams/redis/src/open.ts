import type { Driver } from '@millrace/streams';
import { mask, Notices } from '@millrace/streams/driver-kit';
import type { ClientEvents } from './client/client.ts';
import { ClusterClient } from './client/cluster-client.ts';
import { SingleClient } from './client/single-client.ts';
import { parseUrl } from './client/url.ts';
import { RedisDriver } from './driver.ts';
import { translate } from './errors.ts';
import type { RedisOptions } from './options.ts';

/**
 * Connects to Redis or Valkey: one server, the master that Sentinels name, or a Cluster, as the URL says.
 * UNAVAILABLE when nobody answers, UNAUTHORIZED when the login is refused; passwords never appear in an error.
 */
export async function openRedis(url: string, options: RedisOptions = {}): Promise<Driver> {
  const target = parseUrl(url);
  const notices = new Notices();
  const place = mask(url);
  const events: ClientEvents = {
    disconnected: (error) =>
      notices.notify({
        kind: 'disconnected',
        message: `the connection to ${place} is gone: ${error === undefined ? 'closed' : translate(error, 'connection').message}`,
        details: { url: place },
      }),
    reconnected: () =>
      notices.notify({
        kind: 'reconnected',
        message: `connected to ${place} again`,
        details: { url: place },
      }),
  };
  try {
    const client =
      target.kind === 'cluster'
        ? await ClusterClient.open(target, options, events)
        : await SingleClient.open(target, options, events);
    return new RedisDriver(client, notices, options);
  } catch (error) {
    throw translate(error, `cannot open ${place}`);
  }
}
