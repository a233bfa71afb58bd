import type { Driver } from '@millrace/streams';
import { Notices } from '@millrace/streams/driver-kit';
import { checkAddress } from './client/check-address.ts';
import type { ClientEvents } from './client/client.ts';
import { ClusterClient } from './client/cluster-client.ts';
import { Login } from './client/login.ts';
import { SingleClient } from './client/single-client.ts';
import { describeTarget, parseUrl } from './client/url.ts';
import { RedisDriver } from './driver.ts';
import { translate } from './errors.ts';
import type { RedisOptions } from './options.ts';

/**
 * Connects to Redis or Valkey: one server, the master that Sentinels name, or a Cluster, as the URL says.
 * UNAVAILABLE when nobody answers, UNAUTHORIZED when the login is refused, INVALID_ARGUMENT when something else is at the
 * address than the URL says; passwords never appear in an error.
 */
export async function openRedis(url: string, options: RedisOptions = {}): Promise<Driver> {
  const target = parseUrl(url);
  const notices = new Notices();
  const place = describeTarget(target);
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
    await checkAddress(target, await Login.of(target, options));
    const client =
      target.kind === 'cluster'
        ? await ClusterClient.open(target, options, events)
        : await SingleClient.open(target, options, events);
    return new RedisDriver(client, notices, options);
  } catch (error) {
    throw translate(error, `cannot open ${place}`);
  }
}
