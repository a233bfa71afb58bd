import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '@millrace/service';
import { z } from 'zod';

export interface ServiceSpec {
  readonly name: string;
  /** The program. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Its output is added to this file. */
  readonly log: string;
}

const readyReport = z.object({ event: z.literal('ready'), url: z.string() });

/** As `npm start` runs services (nx.json): small heaps collect often instead of growing, so memory stays low and flat. */
const nodeFlags: readonly string[] = [
  '--conditions=@millrace/source',
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=4',
  '--max-old-space-size=128',
];

/** glibc keeps what was freed in many pools and grows the size from which it returns it; other systems ignore these. */
const allocation: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '32768',
};

/** Keeps the stripped types, so that a service starts faster and without the memory that stripping takes. */
const compileCache: string = join(workspaceRoot(), 'node_modules/.cache/node');

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
    const log = openSync(spec.log, 'a');
    this.#child = fork(spec.entry, [], {
      execArgv: [...nodeFlags],
      env: { NODE_COMPILE_CACHE: compileCache, ...allocation, ...spec.environment },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
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
