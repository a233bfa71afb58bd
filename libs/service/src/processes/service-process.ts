import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { z } from 'zod';
import { servingSettings } from './serving-settings.ts';

export interface ServiceSpec {
  readonly name: string;
  /** The program. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Its output is added to this file. Default: it goes where this process's goes. */
  readonly log?: string;
}

const readyReport = z.object({ event: z.literal('ready'), url: z.string() });

/**
 * One run of a service's program. It holds a channel to this process and stops when the channel closes, so that it
 * does not outlive this process, however that ends.
 */
export class ServiceProcess {
  readonly #child: ChildProcess;
  readonly #ready: PromiseWithResolvers<string> = Promise.withResolvers();
  /** How it ended, for people; it never rejects. */
  readonly ended: Promise<string>;
  #url: string | undefined;

  constructor(spec: ServiceSpec) {
    const log = spec.log === undefined ? undefined : openSync(spec.log, 'a');
    const { flags, variables } = servingSettings(spec.environment);
    this.#child = fork(spec.entry, [], {
      execArgv: [...flags],
      env: { ...variables, ...spec.environment },
      stdio: ['ignore', log ?? 'inherit', log ?? 'inherit', 'ipc'],
    });
    if (log !== undefined) closeSync(log);
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`could not be started: ${error.message}`));
      this.#child.once('exit', (code, signal) =>
        resolve(signal ? `killed by ${signal}` : `exit code ${code}`),
      );
    });
    this.#child.on('message', (message) => this.#hear(message));
    // Whoever waits learns of it; that nobody waits is no error.
    this.#ready.promise.catch(() => undefined);
    void this.ended.then((ending) =>
      this.#ready.reject(new Error(`it ended before it was ready (${ending})`)),
    );
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** Its address, once it is ready; rejects when it ends before. */
  get ready(): Promise<string> {
    return this.#ready.promise;
  }

  get url(): string | undefined {
    return this.#url;
  }

  /** Asks it to finish what is in hand and end; after `graceMs` it is killed. */
  async stop(graceMs: number): Promise<void> {
    this.#child.kill('SIGTERM');
    const force = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(force);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #hear(message: unknown): void {
    const report = readyReport.safeParse(message);
    if (!report.success) return;
    this.#url = report.data.url;
    this.#ready.resolve(report.data.url);
  }
}
