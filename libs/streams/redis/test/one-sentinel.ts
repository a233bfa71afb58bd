import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './support.ts';

/** A Sentinel of this machine with these lines of configuration; it listens on the port when this resolves. */
export async function startSentinel(port: number, lines: readonly string[]): Promise<AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-sentinel-'));
  const file = join(folder, 'sentinel.conf');
  writeFileSync(file, [...lines, 'bind 127.0.0.1', `dir ${folder}`, ''].join('\n'));
  const child = spawn('redis-sentinel', [file], { stdio: 'ignore' });
  await waitFor('the Sentinel listens', () => listens(port));
  return {
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
