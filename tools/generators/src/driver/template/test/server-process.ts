import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../src/server/main.ts', import.meta.url));

/** A server in a process of its own: a member that stands still must not hold up the backend. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** Cuts the connections of all clients. */
  cut(): void;
}

export async function startServer(): Promise<ServerProcess> {
  const child = fork(program, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  if (child.stdout === null) throw new Error('the server has no output');
  const [url] = await once(createInterface(child.stdout), 'line');
  return {
    url: String(url),
    cut: () => child.send('cut'),
    [Symbol.asyncDispose]: async () => {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}
