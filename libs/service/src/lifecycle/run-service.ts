import { flushCompileCache } from 'node:module';
import { ConfigError, type Environment } from '../config/config-error.ts';
import type { Service } from '../service.ts';
import { type StartedService, startService } from './start-service.ts';
import { onStopSignal } from './stop-signal.ts';
import { watchAncestors } from './watch-ancestors.ts';
import { watchHeap } from './watch-heap.ts';

/** What a service tells the process that forked it. */
export interface ReadyReport {
  readonly event: 'ready';
  readonly service: string;
  readonly url: string;
}

/** Runs a service as this process: until SIGTERM or SIGINT (exit 0), or until it cannot go on (exit 1, and why). */
export async function runService<Own>(service: Service<Own>, environment: Environment): Promise<void> {
  let started: StartedService | undefined;
  const stop = (reason: string) => (started ? stopAndExit(started, reason) : process.exit(0));
  onStopSignal({ first: stop, second: () => process.exit(1) });
  try {
    started = await startService(service, environment);
  } catch (error) {
    console.error(explain(service.name, error));
    process.exit(1);
  }
  if (started.config.STOP_WITH_PARENT) watchAncestors(stop);
  await report(service.name, started);
}

async function report(name: string, started: StartedService): Promise<void> {
  const { log, url, ready, stopping } = started;
  watchHeap(log);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'unexpected error, ending at once');
    process.exit(1);
  });
  try {
    await ready;
  } catch (error) {
    if (stopping.aborted) return;
    log.fatal({ err: error }, 'cannot start');
    await stopAndExit(started, 'failure', 1);
  }
  log.info({ url }, 'ready');
  const message: ReadyReport = { event: 'ready', service: name, url };
  process.send?.(message);
  // Otherwise only an end in order writes it: who is killed would compile everything again at its next start.
  flushCompileCache();
}

async function stopAndExit(started: StartedService, reason: string, code = 0): Promise<never> {
  const { log, config } = started;
  log.info({ reason }, 'stopping');
  const force = setTimeout(() => {
    log.fatal({ afterMs: config.GRACE_MS }, 'not everything stopped in time, ending by force');
    process.exit(1);
  }, config.GRACE_MS);
  try {
    await started.stop();
  } catch (error) {
    log.fatal({ err: error }, 'stopped with an error');
    process.exit(1);
  }
  clearTimeout(force);
  log.info('stopped');
  process.exit(code);
}

function explain(service: string, error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return `${service} cannot start: ${String(error)}`;
  return `${service} cannot start: ${listenProblem(error) ?? error.stack ?? error.message}`;
}

/** Undefined where it is not about the address to listen on. */
function listenProblem(error: Error): string | undefined {
  if (!('code' in error && 'syscall' in error)) return undefined;
  const port = 'port' in error ? error.port : undefined;
  const host = 'address' in error ? error.address : 'hostname' in error ? error.hostname : undefined;
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} is taken; stop what listens there or set PORT (0 takes any free port)`;
    case 'EACCES':
      return `port ${port} is not for this user; set PORT to one above 1023 (0 takes any free port)`;
    case 'EADDRNOTAVAIL':
      return `HOST=${host} is no address of this machine; set HOST to one (127.0.0.1, or 0.0.0.0 for all)`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST=${host} is no name that this machine can resolve; set HOST to an address (127.0.0.1, or 0.0.0.0 for all)`;
    default:
      return undefined;
  }
}
