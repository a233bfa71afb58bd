import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkerCommand, WorkerReport, WorkerScript } from './worker-messages.ts';

const program = fileURLToPath(new URL('./worker-main.ts', import.meta.url));
type Reported<Kind extends WorkerReport['report']> = Extract<WorkerReport, { report: Kind }>;

/** A producer or a consumer in a process of its own. */
export class Worker implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  readonly #tookUp = new Map<number, number>();
  #waiting = new Map<WorkerReport['report'], PromiseWithResolvers<WorkerReport>>();
  #error: Error | undefined;

  constructor(script: WorkerScript) {
    this.#child = fork(program, [JSON.stringify(script)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#gone = once(this.#child, 'exit');
    void this.#gone.then(() => this.#end(new Error(`a ${script.role} has ended`)));
    this.#child.on('message', (message: WorkerReport) => {
      if (message.report === 'failed') return this.#end(new Error(message.error));
      if (message.report === 'took-up') return void this.#tookUp.set(message.partition, message.atMs);
      this.#wait(message.report).resolve(message);
    });
  }

  /** When it handled the first record of a partition that it had gained, by partition. */
  get tookUp(): ReadonlyMap<number, number> {
    return this.#tookUp;
  }

  async ready(): Promise<void> {
    await this.#next('ready');
  }

  /** Resolves once all is sent and acknowledged. */
  send(command: Extract<WorkerCommand, { command: 'flood' | 'pace' }>): Promise<Reported<'sent'>> {
    this.#tell(command);
    return this.#next('sent');
  }

  figures(): Promise<Reported<'figures'>> {
    this.#tell({ command: 'report' });
    return this.#next('figures');
  }

  clear(): void {
    this.#tell({ command: 'clear' });
  }

  /** SIGKILL; resolves once the process is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #tell(command: WorkerCommand): void {
    if (this.#child.connected) this.#child.send(command, () => undefined);
  }

  async #next<Kind extends WorkerReport['report']>(kind: Kind): Promise<Reported<Kind>> {
    if (this.#error) throw this.#error;
    const report = await this.#wait(kind).promise;
    this.#waiting.delete(kind);
    if (report.report !== kind) throw new Error(`${report.report} instead of ${kind}`);
    return report as Reported<Kind>;
  }

  #wait(kind: WorkerReport['report']): PromiseWithResolvers<WorkerReport> {
    const waiting = this.#waiting.get(kind) ?? Promise.withResolvers<WorkerReport>();
    waiting.promise.catch(() => undefined);
    this.#waiting.set(kind, waiting);
    return waiting;
  }

  #end(error: Error): void {
    this.#error ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
  }
}
