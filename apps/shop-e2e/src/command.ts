import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { workspaceRoot } from '@millrace/service';
import { until } from './until.ts';

export interface CommandEnding {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** Both outputs, as a terminal shows them. */
  readonly output: string;
}

/** A command as a person types it in the workspace. Disposing ends it, and all that it has started, by force. */
export class Command implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly ended: Promise<CommandEnding>;
  #output = '';

  constructor(command: string, parameters: readonly string[], environment: Readonly<Record<string, string>>) {
    this.#child = spawn(command, parameters, {
      cwd: workspaceRoot(import.meta.dirname),
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('exit', (code) => resolve({ code, output: this.#output }));
    });
  }

  /** Resolves once the text was printed. */
  async says(text: string): Promise<void> {
    const alive = (): void => {
      if (this.#child.exitCode !== null) throw new Error(`it has ended with ${this.#child.exitCode}`);
    };
    await until(() => this.#output.includes(text), { what: text, alive, detail: () => this.#output });
  }

  /** What it has started, and what those have. */
  descendants(): readonly number[] {
    const pairs = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const below = (parent: number): number[] =>
      pairs.flatMap(([id = 0, of]) => (of === parent ? [id, ...below(id)] : []));
    return below(this.#child.pid ?? 0);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = this.descendants();
    this.signal('SIGKILL');
    for (const id of all) kill(id);
    await this.ended;
  }
}

function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
