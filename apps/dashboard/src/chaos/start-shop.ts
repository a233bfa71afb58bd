import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, workspaceRoot } from '@millrace/service';

export interface OwnShop extends AsyncDisposable {
  /** Of its dashboard. */
  readonly url: string;
}

const startsWithinMs = 120_000;

/** A shop of its own, by `npm start`, on free ports and in a folder that goes with it, as a `backend` of its own does. */
export async function startShop(environment: Environment, backend: string | undefined): Promise<OwnShop> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-'));
  const choice = backend === undefined ? [] : ['--', '--backend', backend];
  const child = spawn('npm', ['start', '--silent', ...choice], {
    cwd: workspaceRoot(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'fatal',
      SHOPPER_PER_SECOND: '10',
      ...withoutNode(environment),
    },
  });
  let said = '';
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-10_000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const dispose = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGTERM');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const until = Date.now() + startsWithinMs;
  while (Date.now() < until && child.exitCode === null) {
    const [, url] = /Millrace shop: (http:\S+)/.exec(said) ?? [];
    if (url !== undefined) return { url, [Symbol.asyncDispose]: dispose };
    await sleep(100);
  }
  await dispose();
  throw new Error(`the shop did not start:\n${said}`);
}

/** The shop is started again, not as a part of what runs this. */
function withoutNode(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(NODE_OPTIONS|NX_|npm_|PORT$|DATA_DIR$)/.test(name)),
  );
}
