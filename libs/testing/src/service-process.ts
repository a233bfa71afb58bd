import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const workspace = join(import.meta.dirname, '../../..');

export interface ServiceProcessOptions {
  /** The name of its folder in `apps/`. */
  readonly app: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A service as a process of its own, so that a test can kill it. Disposing kills what still runs. */
export class ServiceProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  /** How it ended: a code, or a signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  /** Its address, once `/ready` says yes. Rejects when it ends before. */
  readonly ready: Promise<string>;

  constructor({ app, environment }: ServiceProcessOptions) {
    this.#child = fork(join(workspace, 'apps', app, 'src/main.ts'), {
      execArgv: ['--conditions=@millrace/source', '--disable-warning=ExperimentalWarning'],
      env: { PORT: '0', LOG_LEVEL: 'warn', ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.ended = once(this.#child, 'exit').then(([code, signal]) => code ?? signal);
    const reported = once(this.#child, 'message').then(([message]) => String(message.url));
    const early = this.ended.then((ending) =>
      Promise.reject(new Error(`${app} ended (${ending}) before it was ready`)),
    );
    this.ready = Promise.race([reported, early]);
    this.ready.catch(() => undefined);
  }

  /** Ends it without a chance to finish anything. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** Asks it to stop; answers how it ended. */
  async stop(): Promise<number | NodeJS.Signals | null> {
    this.#child.kill('SIGTERM');
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
  }
}
