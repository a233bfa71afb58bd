import { Metrics, measureProcess, noTracing } from '@millrace/streams-telemetry';
import type { Environment } from '../config/config-error.ts';
import { assertDataDir } from '../config/data-dir.ts';
import { loadConfig } from '../config/load.ts';
import type { SharedConfig } from '../config/shared.ts';
import { createHttpServer } from '../http/server.ts';
import { createLogger, type Logger } from '../logging/logger.ts';
import type { Service, ServiceContext } from '../service.ts';
import { openTracing } from '../tracing/open-tracing.ts';
import { DeferredStreams } from './deferred-streams.ts';
import { ServiceRuntime } from './service-runtime.ts';

export interface StartOptions {
  readonly log?: Logger;
  /** Where relative paths start; the workspace around the working directory by default. */
  readonly root?: string;
}

/** A service that has begun: it listens, but may still be waiting for its backend. */
export interface StartedService {
  readonly url: string;
  readonly log: Logger;
  readonly config: SharedConfig;
  /** Aborts when the service begins to stop. */
  readonly stopping: AbortSignal;
  /** Resolves once `/ready` says yes; rejects when the service can never become ready, or was stopped before. */
  readonly ready: Promise<void>;
  /** Finishes what is in hand, leaves the groups, closes everything. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a service in this process. Throws ConfigError for a wrong environment, which a DATA_DIR is that can never be
 * written, EADDRINUSE for a taken port.
 */
export async function startService<Own>(
  service: Service<Own>,
  environment: Environment,
  options: StartOptions = {},
): Promise<StartedService> {
  const { name, port, variables, topics } = service;
  const config = loadConfig(environment, { ...options, service: name, port, own: variables });
  if (config.STREAMS_URL === `embedded:${config.DATA_DIR}/streams.db`) assertDataDir(name, config.DATA_DIR);
  const tracing = await openTracing(name, config, (problem) => log.warn({ problem }, 'tracing error'));
  const log =
    options.log ??
    createLogger({
      service: name,
      level: config.LOG_LEVEL,
      format: config.LOG_FORMAT,
      ...(tracing === noTracing ? {} : { fields: tracing.logFields }),
    });
  const metrics = new Metrics();
  measureProcess(metrics);
  const stopping = new AbortController();
  const resources = new AsyncDisposableStack();
  resources.use(tracing);
  const streams = new DeferredStreams(metrics);
  const context: ServiceContext<Own> = {
    config,
    log,
    streams,
    metrics,
    tracing,
    stopping: stopping.signal,
    resources,
  };
  try {
    const definition = await service.define(context);
    const runtime = new ServiceRuntime({ context, streams, topics, definition });
    const server = await createHttpServer({
      service: name,
      log,
      metrics,
      tracing,
      rateLimit: config.RATE_LIMIT,
      readinessProblems: () => runtime.readinessProblems(),
    });
    resources.defer(() => server.close());
    await definition.routes?.(server);
    const url = await server.listen({ host: config.HOST, port: config.PORT });
    log.info({ url, backend: config.STREAMS_URL, namespace: config.NAMESPACE }, 'listening');
    const ready = runtime.begin(() => definition.onReady?.(url));
    const stop = once(async () => {
      stopping.abort();
      await Promise.all([server.close(), runtime.stop()]);
      await definition.onStop?.();
      await streams[Symbol.asyncDispose]();
      await resources.disposeAsync();
    });
    return { url, log, config, ready, stop, stopping: stopping.signal };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
