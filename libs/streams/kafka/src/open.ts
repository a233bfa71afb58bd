import type { Driver, Notice } from '@millrace/streams';
import { mask, Notices } from '@millrace/streams/driver-kit';
import { Cluster } from './client/cluster.ts';
import { Connectivity } from './client/connectivity.ts';
import { translate } from './client/errors.ts';
import { patiently } from './client/patience.ts';
import { KafkaDriver } from './driver.ts';
import { parseUrl } from './url.ts';

/** How long opening waits for brokers that are away. */
const connectMs = 20_000;

/**
 * Connects to Kafka. UNAVAILABLE when no broker answers, UNAUTHORIZED when the login is refused; passwords never appear
 * in an error.
 */
export async function openKafka(url: string): Promise<Driver> {
  const { brokers, tls, sasl, compression, lingerMs, clientId } = parseUrl(url);
  const notices = new Notices();
  const notify = (notice: Notice): void => notices.notify(notice);
  const settings = { clientId, ...(tls ? { ssl: true as const } : {}), ...(sasl ? { sasl } : {}) };
  const cluster = new Cluster(brokers, settings, new Connectivity(notify));
  const connections = cluster.connections();
  try {
    await patiently({ ms: connectMs }, () => connections.metadata([]));
    return new KafkaDriver({ cluster, connections, compression, notify }, notices, lingerMs);
  } catch (error) {
    connections.close();
    throw translate(error, `cannot open ${mask(url)}`);
  }
}
