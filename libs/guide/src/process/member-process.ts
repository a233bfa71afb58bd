import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MemberCommand, MemberReport, MemberScript } from './member-script.ts';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = fileURLToPath(new URL(`./member-main.${extension}`, import.meta.url));

/** A consumer in a process of its own. */
export class MemberProcess implements AsyncDisposable {
  readonly script: MemberScript;
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #name: string;
  #leases: readonly number[] = [];
  #joined = false;
  #stalled: string | undefined;
  #error: string | undefined;

  constructor(script: MemberScript, onReport: (report: MemberReport, member: MemberProcess) => void) {
    this.script = script;
    this.#name = script.name;
    // A group of processes of its own: Ctrl-C of the terminal is for the player, which then ends it.
    this.#child = fork(program, [JSON.stringify(script)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#gone = once(this.#child, 'exit');
    this.#child.on('message', (report: MemberReport) => {
      if (report.report === 'joined') this.#joined = true;
      if (report.report === 'leases') this.#leases = report.partitions;
      if (report.report === 'stalled') this.#stalled = report.label;
      if (report.report === 'ended') this.#error = report.error;
      onReport(report, this);
    });
  }

  get name(): string {
    return this.#name;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get leases(): readonly number[] {
    return this.isAlive ? this.#leases : [];
  }

  get hasJoined(): boolean {
    return this.#joined;
  }

  /** The label of the message at which it stands still. */
  get stalledAt(): string | undefined {
    return this.#stalled;
  }

  /** Why it ended by itself. */
  get error(): string | undefined {
    return this.#error;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  rename(name: string): void {
    this.#name = name;
    this.#tell({ command: 'rename', name });
  }

  /** SIGKILL; resolves once the process is gone. */
  async kill(): Promise<void> {
    if (this.isAlive) this.#child.kill('SIGKILL');
    await this.#gone;
  }

  /** Drains and leaves the group. */
  async stop(): Promise<void> {
    if (this.isAlive) this.#tell({ command: 'stop' });
    await this.#gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #tell(command: MemberCommand): void {
    if (this.#child.connected) this.#child.send(command);
  }
}
