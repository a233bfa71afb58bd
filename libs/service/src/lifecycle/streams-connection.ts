import { type Notice, openStreams, type Streams } from '@millrace/streams';
import type { Logger } from '../logging/logger.ts';
import type { Service, ServiceContext, ServiceDefinition } from '../service.ts';
import { retryWithLog } from './retry-with-log.ts';

/** The connection to the streams backend, as far as readiness and the log are concerned. */
export class StreamsConnection {
  readonly #context: ServiceContext<unknown>;
  readonly #onNotice: ServiceDefinition['onNotice'];
  #problem: string | undefined = notReached();

  constructor(context: ServiceContext<unknown>, onNotice?: ServiceDefinition['onNotice']) {
    this.#context = context;
    this.#onNotice = onNotice;
  }

  /** Why the backend cannot be used; undefined when it can. */
  readinessProblem(): string | undefined {
    return this.#problem;
  }

  /** Opens the backend and creates the topics that are missing, for as long as it takes. */
  async open(topics: Service<unknown>['topics']): Promise<Streams> {
    const { config, log, stopping, tracing } = this.#context;
    const open = (): Promise<Streams> =>
      openStreams(config.STREAMS_URL, {
        namespace: config.NAMESPACE,
        onNotice: (notice) => this.#note(notice, log),
        create: tracing.streams,
      });
    const onProblem = (problem: string | undefined): void => {
      this.#problem = notReached(problem);
    };
    const trying = { log, signal: stopping, onProblem };
    const streams = await retryWithLog(open, { what: 'open the streams backend', ...trying });
    const { PARTITIONS: partitions, RETENTION_RECORDS: maxRecords } = config;
    const kept = maxRecords === 0 ? {} : { retention: { maxRecords } };
    const specs = topics.map((topic) => ({ ...kept, ...topic, partitions }));
    try {
      await retryWithLog(() => streams.admin.ensureTopics(specs), { what: 'create the topics', ...trying });
    } catch (error) {
      await streams[Symbol.asyncDispose]();
      throw error;
    }
    this.#problem = undefined;
    return streams;
  }

  #note(notice: Notice, log: Logger): void {
    this.#onNotice?.(notice);
    log.warn({ kind: notice.kind, ...notice.details }, notice.message);
    if (notice.kind === 'disconnected')
      this.#problem = `the streams backend is disconnected: ${notice.message}`;
    if (notice.kind === 'reconnected') this.#problem = undefined;
  }
}

function notReached(problem?: string): string {
  return `the streams backend has not been reached yet${problem === undefined ? '' : `: ${problem}`}`;
}
