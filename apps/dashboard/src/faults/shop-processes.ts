import { type ChildProcess, execFile, fork } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '@millrace/service';
import type { ProcessView } from '../api/faults.ts';

const apps = join(import.meta.dirname, '../../..');
export const breakable = [
  'storefront',
  'payment',
  'inventory',
  'shipping',
  'email',
  'crm',
  'database',
  'webserver',
] as const;

/** The processes that `npm start` started beside this one, and those that were added here. Knows no others. */
export class ShopProcesses implements AsyncDisposable {
  readonly #environment: Environment;
  readonly #children = new Set<ChildProcess>();
  readonly #extras = new Set<number>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Why there are none to break; undefined where there are. */
  problem(): string | undefined {
    if (process.platform === 'win32') return 'Processes are broken on Linux and macOS only.';
    if (this.#environment['npm_lifecycle_event'] === 'start' && this.#root() !== undefined) return undefined;
    return 'Only a shop that npm start started is broken: its own processes and nothing else.';
  }

  async list(): Promise<readonly ProcessView[]> {
    const root = this.#root();
    if (root === undefined || this.problem() !== undefined) return [];
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,args=']);
    const found = stdout.split('\n').flatMap((line): ProcessView[] => {
      const [, pid, parent, state = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)/.exec(line) ?? [];
      const [, service] = /apps\/([a-z]+)\/src\/main\.ts/.exec(line) ?? [];
      if (service === undefined || service === 'dashboard' || state.startsWith('Z')) return [];
      if (Number(parent) !== root && Number(parent) !== process.pid) return [];
      const paused = state.startsWith('T') ? 'paused' : 'running';
      return [{ service, pid: Number(pid), state: paused, extra: this.#extras.has(Number(pid)) }];
    });
    return found.toSorted((a, b) => a.service.localeCompare(b.service) || a.pid - b.pid);
  }

  async of(service: string): Promise<readonly ProcessView[]> {
    return (await this.list()).filter((each) => each.service === service);
  }

  /** Another member beside those that are there, or one in the place of one that was killed, on its usual port. */
  start(service: string, kind: 'extra' | 'replacement'): number {
    const child = fork(join(apps, service, 'src/main.ts'), {
      env: { ...this.#environment, ...(kind === 'extra' ? { PORT: '0' } : {}) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const { pid = 0 } = child;
    this.#children.add(child);
    if (kind === 'extra') this.#extras.add(pid);
    child.on('exit', () => {
      this.#children.delete(child);
      this.#extras.delete(pid);
    });
    child.on('error', () => undefined);
    return pid;
  }

  /** Nothing when the process has ended meanwhile. */
  signal(pid: number, signal: NodeJS.Signals): void {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
  }

  /** Lets go on what was paused, and stops what was started here. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid, state } of await this.list().catch(() => []))
      if (state === 'paused') this.signal(pid, 'SIGCONT');
    await Promise.all(
      [...this.#children].map(
        (child) =>
          new Promise<void>((resolve) => {
            child.once('exit', () => resolve());
            child.kill('SIGTERM');
          }),
      ),
    );
  }

  #root(): number | undefined {
    const pid = Number(this.#environment['NX_INVOCATION_ROOT_PID']);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  }
}
