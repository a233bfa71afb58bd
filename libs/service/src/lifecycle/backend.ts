import { type Notice, openStreams, type Streams } from '@millrace/streams';
import type { Logger } from '../logging/logger.ts';
import type { Kit, Service } from '../service.ts';
import { keepTrying } from './keep-trying.ts';

/** The connection to the streams backend, as far as readiness and the log are concerned. */
export class Backend {
  readonly #kit: Kit<unknown>;
  #unready: string | undefined = 'the streams backend has not been reached yet';

  constructor(kit: Kit<unknown>) {
    this.#kit = kit;
  }

  /** Why the backend cannot be used; undefined when it can. */
  unready(): string | undefined {
    return this.#unready;
  }

  /** Opens the backend and creates the topics that are missing, for as long as it takes. */
  async open(topics: Service<unknown>['topics']): Promise<Streams> {
    const { config, log, stopping, tracing } = this.#kit;
    const open = (): Promise<Streams> =>
      openStreams(config.STREAMS_URL, {
        namespace: config.NAMESPACE,
        onNotice: (notice) => this.#note(notice, log),
        create: tracing.streams,
      });
    const streams = await keepTrying(open, { what: 'open the streams backend', log, signal: stopping });
    const specs = topics.map((topic) => ({ ...topic, partitions: config.PARTITIONS }));
    try {
      await keepTrying(() => streams.admin.ensureTopics(specs), {
        what: 'create the topics',
        log,
        signal: stopping,
      });
    } catch (error) {
      await streams[Symbol.asyncDispose]();
      throw error;
    }
    this.#unready = undefined;
    return streams;
  }

  #note(notice: Notice, log: Logger): void {
    log.warn({ kind: notice.kind, ...notice.details }, notice.message);
    if (notice.kind === 'disconnected')
      this.#unready = `the streams backend is disconnected: ${notice.message}`;
    if (notice.kind === 'reconnected') this.#unready = undefined;
  }
}
