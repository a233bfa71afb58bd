import { type ChildProcess, spawn } from 'node:child_process';
import { nodeArguments } from './workspace.ts';

export interface Ending {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A program of the workspace as a process of its own. */
export class Program {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ending>;
  #output = '';
  #errors = '';
  #ending: Ending | undefined;

  constructor(
    program: string,
    parameters: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#child = spawn(process.execPath, [...nodeArguments, program, ...parameters], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) => {
        this.#ending = { code, output: this.#output, errors: this.#errors };
        resolve(this.#ending);
      });
    });
  }

  /** Undefined while it runs. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  get errors(): string {
    return this.#errors;
  }

  /** Throws, with what it said, when it has ended. */
  assertAlive(): void {
    if (!this.#ending) return;
    const { code, output, errors } = this.#ending;
    throw new Error(`the program has ended with ${code}:\n${errors}\n${output}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it by force, if it has not ended. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
