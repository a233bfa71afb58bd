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

type ServerKind = 'redis' | 'kafka';
const servers: Readonly<Record<ServerKind, RegExp>> = {
  redis: /(redis|valkey)-server /,
  kafka: / kafka\.Kafka /,
};

interface SeenProcess extends Pick<ProcessView, 'pid' | 'state'> {
  readonly parent: number;
  readonly command: string;
}

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
    const found = (await seenProcesses()).flatMap(({ pid, parent, state, command }): ProcessView[] => {
      const [, service] = /apps\/([a-z]+)\/src\/main\.ts/.exec(command) ?? [];
      if (service === undefined || service === 'dashboard') return [];
      if (parent !== root && parent !== process.pid) return [];
      return [{ service, pid, state, extra: this.#extras.has(pid) }];
    });
    return found.toSorted((a, b) => a.service.localeCompare(b.service) || a.pid - b.pid);
  }

  /** The services', and that of the backend's server where it is the shop's own. */
  async all(): Promise<readonly ProcessView[]> {
    const [services, server] = await Promise.all([this.list(), this.#server()]);
    return server ? [...services, server] : services;
  }

  /** What `npm start -- --backend …` started; undefined when it started no server. */
  get serverKind(): ServerKind | undefined {
    const kind = this.#environment['SHOP_SERVER'];
    return kind === 'redis' || kind === 'kafka' ? kind : undefined;
  }

  /** The process of the backend's server; undefined while there is none, or none of ours. */
  async server(): Promise<number | undefined> {
    return (await this.#server())?.pid;
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
    for (const { pid, state } of await this.all().catch(() => []))
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

  async #server(): Promise<ProcessView | undefined> {
    const { serverKind } = this;
    const root = this.#root();
    if (serverKind === undefined || root === undefined || this.problem() !== undefined) return undefined;
    const found = (await seenProcesses()).find(
      ({ parent, command }) => parent === root && servers[serverKind].test(command),
    );
    return found && { service: serverKind, pid: found.pid, state: found.state, extra: false };
  }

  #root(): number | undefined {
    // What npm start runs is the parent of every service, this one included.
    return process.ppid > 1 ? process.ppid : undefined;
  }
}

async function seenProcesses(): Promise<readonly SeenProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout.split('\n').flatMap((line): SeenProcess[] => {
    const [, pid, parent, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)/.exec(line) ?? [];
    if (pid === undefined || state.startsWith('Z')) return [];
    const isPaused = state.startsWith('T');
    return [{ pid: Number(pid), parent: Number(parent), state: isPaused ? 'paused' : 'running', command }];
  });
}
