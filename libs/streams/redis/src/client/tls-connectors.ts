import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { AbstractConnector, type SentinelConnectionOptions, SentinelConnector } from 'ioredis';
import { connectionClosed } from '../errors.ts';

type Stream = Awaited<ReturnType<SentinelConnector['connect']>>;

interface TlsOptions {
  readonly host?: string;
  readonly port?: number;
  readonly tls?: ConnectionOptions;
  readonly disconnectTimeout: number;
}

/**
 * Connects by TLS. A socket that refused the server's certificate may report what the server replies to that as well,
 * and the client listens for one error only: another one would end the process.
 */
export class TlsConnector extends AbstractConnector {
  readonly #options: TlsOptions;

  constructor(options: unknown) {
    super((options as TlsOptions).disconnectTimeout);
    this.#options = options as TlsOptions;
  }

  override async connect(): Promise<Stream> {
    this.connecting = true;
    await undefined;
    if (!this.connecting) throw connectionClosed();
    const { host, port, tls } = this.#options;
    const stream: TLSSocket = connect({
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...tls,
    });
    this.stream = stream;
    stream.once('error', (error) => {
      this.firstError = error;
    });
    return heard(stream);
  }
}

/** As {@link TlsConnector}, to the master that Sentinels name. */
export class TlsSentinelConnector extends SentinelConnector {
  constructor(options: unknown) {
    super(options as SentinelConnectionOptions);
  }

  override async connect(report: Parameters<SentinelConnector['connect']>[0]): Promise<Stream> {
    return heard(await super.connect(report));
  }
}

function heard(stream: Stream): Stream {
  return stream.on('error', () => undefined);
}
