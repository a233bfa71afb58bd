import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What tests do to the process of a server. */
export interface ServerProcess {
  readonly pid: () => number;
  /** Resolves once the present process is gone, however it ended. */
  ended(): Promise<void>;
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay and nothing answers. */
  pause(): void;
  resume(): void;
  /** Starts it again on its ports with what its folder holds. */
  start(): Promise<void>;
}

export async function startServer(
  launch: () => ChildProcess,
  ready: (child: ChildProcess) => Promise<void>,
): Promise<ServerProcess> {
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = launch();
    await ready(child);
  };
  await start();
  return {
    pid: () => child?.pid ?? 0,
    ended: async () => {
      if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
    kill: async () => {
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      running.kill('SIGKILL');
      await once(running, 'exit');
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    start,
  };
}
