import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const asNpmRunDoes = [
  '--conditions=@millrace/source',
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=TimeoutNegativeWarning',
];

export interface GuideEnding {
  /** A code, or the signal that ended it. */
  readonly ending: number | string;
  readonly output: string;
  readonly errors: string;
}

/** `npm run guide -- …` as a terminal runs it: in a process group of its own, which Ctrl-C reaches whole. */
export class GuideProcess {
  readonly #child: ChildProcess;
  #output = '';
  #errors = '';
  #lines = 0;
  #onLine: (lines: number) => void = () => undefined;

  constructor(parameters: readonly string[], temporaryFolder: string) {
    this.#child = spawn(process.execPath, [...asNpmRunDoes, main, ...parameters], {
      env: { ...process.env, TMPDIR: temporaryFolder },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      this.#lines += text.split('\n').length - 1;
      this.#onLine(this.#lines);
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
  }

  /** Sends SIGINT to all of its processes once it has written so many lines; not at all when it ends before. */
  interruptAfter(lines: number): void {
    this.after(lines, () => void process.kill(-(this.#child.pid ?? 0), 'SIGINT'));
  }

  /** Calls it once so many lines are written; not at all when it ends before. */
  after(lines: number, action: () => void): void {
    this.#onLine = (written) => {
      if (written < lines) return;
      this.#onLine = () => undefined;
      action();
    };
    this.#onLine(this.#lines);
  }

  async ended(): Promise<GuideEnding> {
    const [code, signal] = await once(this.#child, 'close');
    return { ending: code ?? signal, output: this.#output, errors: this.#errors };
  }
}

/** Whether any process of the group, or any that the output names, still lives. */
export function livingProcesses(output: string): number[] {
  const pids = Array.from(output.matchAll(/process (\d+)/g), ([, pid]) => Number(pid));
  return pids.filter((pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  });
}
