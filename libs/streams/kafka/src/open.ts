import type { Driver, Notice } from '@millrace/streams';
import { isStreamsError, maskCredentials, StreamsError } from '@millrace/streams';
import { Notices } from '@millrace/streams/driver';
import { BrokerHealth } from './client/broker-health.ts';
import { Cluster } from './client/cluster.ts';
import { isTransient, translate } from './client/errors.ts';
import { retry } from './client/retry.ts';
import { SpareConnections } from './client/spare-connections.ts';
import { KafkaDriver } from './driver.ts';
import { parseUrl } from './url.ts';

export interface KafkaOptions {
  /** Milliseconds that opening waits for brokers that are away or still starting. Default: 30 000. */
  readonly connectMs?: number;
  /** Gets a token for a login by OAUTHBEARER (`sasl=oauthbearer`), at each login of each connection. */
  readonly token?: () => Promise<string>;
  /** Hears what opening waits for; the driver's own `onNotice` takes over once it is open. */
  readonly onNotice?: (notice: Notice) => void;
}

const usualConnectMs = 30_000;
const noticeEveryMs = 5_000;

/**
 * Connects to Kafka. UNAVAILABLE when no broker answers, UNAUTHORIZED when the login is refused; passwords never appear
 * in an error.
 */
export async function openKafka(url: string, options: KafkaOptions = {}): Promise<Driver> {
  const { brokers, tls, login, compression, lingerMs, clientId, topics } = parseUrl(url, options.token);
  const { connectMs = usualConnectMs, onNotice } = options;
  const notices = new Notices();
  const notify = (notice: Notice): void => notices.notify(notice);
  const settings = { clientId, tls, ...(login ? { login } : {}) };
  const cluster = new Cluster(brokers, settings, new BrokerHealth(notify));
  const connections = cluster.connections();
  const waiting = new Waiting(maskCredentials(url), connectMs, onNotice);
  try {
    await retry({ ms: connectMs }, () => waiting.tellIfFailed(connections.metadata([])));
    const spare = new SpareConnections(cluster);
    return new KafkaDriver({ cluster, connections, spare, compression, topics, notify }, notices, lingerMs);
  } catch (error) {
    cluster.close();
    throw notOpened(error, url);
  }
}

function notOpened(error: unknown, url: string): StreamsError {
  const doing = `cannot open ${maskCredentials(url)}`;
  if (!isStreamsError(error)) return translate(error, doing);
  // What says what happened to a connection does not say what it was for.
  const reason = error.message.replace(/^Kafka: /, '');
  return new StreamsError(error.code, `Kafka: ${doing}: ${reason}`, { cause: error });
}

/** Says at once, and then now and again, what opening waits for. */
class Waiting {
  readonly #url: string;
  readonly #forMs: number;
  readonly #onNotice: KafkaOptions['onNotice'];
  readonly #since = performance.now();
  #next = 0;

  constructor(url: string, forMs: number, onNotice: KafkaOptions['onNotice']) {
    this.#url = url;
    this.#forMs = forMs;
    this.#onNotice = onNotice;
  }

  async tellIfFailed<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      if (isTransient(error)) this.#tell(translate(error, 'no answer').message);
      throw error;
    }
  }

  #tell(reason: string): void {
    const passed = performance.now() - this.#since;
    if (passed < this.#next) return;
    this.#next = passed + noticeEveryMs;
    const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(0);
    this.#onNotice?.({
      kind: 'retrying',
      message: `no broker of ${this.#url} serves yet; waiting (${seconds(passed)} s of ${seconds(this.#forMs)} s): ${reason}`,
      details: { url: this.#url },
    });
  }
}
