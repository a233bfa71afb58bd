import { logTail, type ServiceSpec, SupervisedService } from '@millrace/service/processes';
import { anySignal } from '@millrace/streams';
import { ReplayError } from '../replay-error.ts';
import { writeJson } from '../run/atomic-file.ts';

export interface FleetOptions {
  /** Names, process ids and addresses of what runs are kept in this file. */
  readonly file: string;
  readonly note: (text: string) => void;
}

/** The service processes of a run. */
export class Fleet implements AsyncDisposable {
  readonly #services: readonly SupervisedService[];
  readonly #file: string;
  #stopped: Promise<void> | undefined;

  constructor(specs: readonly ServiceSpec[], options: FleetOptions) {
    this.#file = options.file;
    const events = { note: options.note, changed: () => this.#record() };
    this.#services = specs.map((spec) => new SupervisedService(spec, events));
    this.#record();
  }

  /** Resolves once every service is ready; a ReplayError names those that are not after `patienceMs`. */
  async ready(signal: AbortSignal, patienceMs: number): Promise<void> {
    const patience = AbortSignal.timeout(patienceMs);
    try {
      const either = anySignal([signal, patience]);
      await Promise.all(this.#services.map((service) => service.ready(either)));
    } catch (error) {
      if (signal.aborted || !patience.aborted) throw error;
      throw notReady(this.#services.filter(({ process }) => process?.url === undefined));
    }
  }

  /** Rejects when a service cannot be kept running; resolves once the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([aborted, ...this.#services.map((service) => service.failed)]);
  }

  /** The service's address, once it has one: after a restart it has another. */
  urlOf(name: string, signal: AbortSignal): Promise<string> {
    const service = this.#services.find(({ spec }) => spec.name === name);
    if (!service) throw new Error(`no service ${name} was started`);
    return service.ready(signal);
  }

  processes(): readonly { readonly name: string; readonly processId: number }[] {
    return this.#services.flatMap(({ spec, process }) =>
      process?.processId === undefined ? [] : [{ name: spec.name, processId: process.processId }],
    );
  }

  restarts(): number {
    return this.#services.reduce((sum, service) => sum + service.restarts, 0);
  }

  /** Each finishes what is in hand; one that takes longer than `graceMs` is killed. Idempotent. */
  stop(graceMs: number): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  kill(): void {
    for (const service of this.#services) service.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(10_000);
  }

  async #stop(graceMs: number): Promise<void> {
    await Promise.all(this.#services.map((service) => service.stop(graceMs)));
    writeJson(this.#file, []);
  }

  #record(): void {
    // The first process starts before the list of services is complete.
    const services = this.#services ?? [];
    writeJson(
      this.#file,
      services.map(({ spec, process }) => ({
        service: spec.name,
        processId: process?.processId ?? null,
        url: process?.url ?? null,
      })),
    );
  }
}

function notReady(services: readonly SupervisedService[]): ReplayError {
  const ends = services.map(({ spec }) => {
    const lines = (spec.log === undefined ? [] : logTail(spec.log, 5)).map((line) => `\n    ${line}`);
    return `\n  ${spec.name}, whose log ${spec.log} ends with${lines.join('')}`;
  });
  return new ReplayError(`these services do not become ready:${ends.join('')}`);
}
