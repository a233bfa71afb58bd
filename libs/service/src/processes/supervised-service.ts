import { setTimeout as sleep } from 'node:timers/promises';
import { exponential } from '@millrace/streams';
import { logTail } from './log-tail.ts';
import { ServiceProcess, type ServiceSpec } from './service-process.ts';

export interface SupervisorEvents {
  /** Something a person should see. */
  readonly note: (text: string) => void;
  /** A process was started, became ready or ended. */
  readonly changed: () => void;
}

const backoff = exponential(200, 5_000);
/** So many processes in a row that end before they are ready mean that no further one will be. */
const mostFailures = 5;

/** A service cannot be kept running; the message says how it ended and what it said last. */
export class ServiceFailed extends Error {
  override readonly name = 'ServiceFailed';
}

/** Keeps one service running: a process that ends is said and started again, with growing pauses. */
export class SupervisedService {
  readonly spec: ServiceSpec;
  readonly #events: SupervisorEvents;
  readonly #stopping: AbortController = new AbortController();
  readonly #failed: PromiseWithResolvers<never> = Promise.withResolvers();
  readonly #supervision: Promise<void>;
  #process: ServiceProcess | undefined;
  #restarts = 0;

  constructor(spec: ServiceSpec, events: SupervisorEvents) {
    this.spec = spec;
    this.#events = events;
    this.#failed.promise.catch(() => undefined);
    this.#supervision = this.#supervise();
  }

  get process(): ServiceProcess | undefined {
    return this.#process;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Rejects once there is no more hope to keep the service up. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** The address once the service is ready, with whichever process. Rejects once the signal aborts. */
  async ready(signal: AbortSignal): Promise<string> {
    const ended = Promise.race([this.failed, rejectOnAbort(signal)]);
    for (;;) {
      const url = this.#process?.ready.catch(() => sleep(20));
      const found = await Promise.race([url ?? sleep(20), ended]);
      if (found !== undefined) return found;
    }
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#process?.stop(graceMs);
    await this.#supervision;
  }

  kill(): void {
    this.#stopping.abort();
    this.#process?.kill();
  }

  async #supervise(): Promise<void> {
    let everReady = false;
    for (let failures = 0; ; failures++) {
      const process = new ServiceProcess(this.spec);
      this.#process = process;
      this.#events.changed();
      void process.ready.then(this.#events.changed, () => undefined);
      const ending = await process.ended;
      if (this.#stopping.signal.aborted) return;
      everReady ||= process.url !== undefined;
      if (process.url !== undefined) failures = 0;
      if (!everReady || failures >= mostFailures) return this.#giveUp(ending);
      this.#events.note(`${this.spec.name} ended (${ending}${this.#reason()}); starting it again`);
      this.#restarts += 1;
      await sleep(backoff(failures + 1), undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return;
    }
  }

  /** What V8 says before it ends a process tells nobody what to do. */
  #reason(): string {
    const full = this.#lastLines(60).some((line) => line.includes('JavaScript heap out of memory'));
    return full ? ', its heap was full: set MAX_HEAP_MB higher' : '';
  }

  #giveUp(ending: string): void {
    const { name, log } = this.spec;
    const what = `the ${name} service cannot be kept running: ${ending}${this.#reason()}`;
    const said = this.#lastLines(8).map(
      (line) => `
  ${line}`,
    );
    const end = log === undefined ? '' : `. Its log ${log} ends with${said.join('') || ' nothing'}`;
    this.#failed.reject(new ServiceFailed(`${what}${end}`));
  }

  #lastLines(lines: number): readonly string[] {
    return this.spec.log === undefined ? [] : logTail(this.spec.log, lines);
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
