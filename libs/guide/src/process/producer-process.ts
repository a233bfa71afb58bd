import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProducerReport, ProducerScript } from './producer-main.ts';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = fileURLToPath(new URL(`./producer-main.${extension}`, import.meta.url));

/** A producer that can be killed. */
export class ProducerProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  readonly #acknowledged: string[] = [];
  #error: string | undefined;

  constructor(script: ProducerScript) {
    this.#child = fork(program, [JSON.stringify(script)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#gone = once(this.#child, 'exit');
    this.#child.on('message', (report: ProducerReport) => {
      if ('error' in report) this.#error = report.error;
      else this.#acknowledged.push(report.acknowledged);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it was told to be stored as it asked, in order. */
  get acknowledged(): readonly string[] {
    return this.#acknowledged;
  }

  get error(): string | undefined {
    return this.#error;
  }

  /** SIGKILL; resolves once the process is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
