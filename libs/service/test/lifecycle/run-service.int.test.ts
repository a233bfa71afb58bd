import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'run-service-'));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

class Run {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;

  constructor(environment: Record<string, string>) {
    this.child = fork(join(import.meta.dirname, '../fixtures/stubborn-service.ts'), {
      execArgv: ['--conditions=@millrace/source', '--disable-warning=ExperimentalWarning'],
      env: { DATA_DIR: folder, PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const { stdout, stderr } = this.child;
    if (!stdout || !stderr) throw new Error('the child has no output');
    const output = Promise.all([text(stdout), text(stderr)]);
    this.ended = once(this.child, 'exit').then(async ([code]) => ({ code, output: (await output).join('') }));
  }

  async ready(): Promise<unknown> {
    const [message] = await once(this.child, 'message');
    return message;
  }
}

describe('a service process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'tells its parent that it is ready and ends with 0 at %s',
    async (signal) => {
      const run = new Run({});
      expect(await run.ready()).toMatchObject({ event: 'ready', service: 'stubborn' });
      run.child.kill(signal);
      // What a terminal sends to all and a process manager passes on is one request.
      run.child.kill(signal);
      expect(await run.ended).toMatchObject({ code: 0 });
    },
  );

  it('ends when its parent is gone', async () => {
    const run = new Run({});
    await run.ready();
    run.child.disconnect();
    expect((await run.ended).code).toBe(0);
  });

  it('ends by force with 1 after the grace period', async () => {
    const run = new Run({ NAMESPACE: 'stubborn', GRACE_MS: '300' });
    await run.ready();
    run.child.kill('SIGTERM');
    const { code, output } = await run.ended;
    expect(code).toBe(1);
    expect(output).toContain('not everything stopped in time');
  });

  it('ends at once when it is told a second time', async () => {
    const run = new Run({ NAMESPACE: 'stubborn', GRACE_MS: '60000' });
    await run.ready();
    run.child.kill('SIGTERM');
    while (run.child.exitCode === null) {
      await sleep(200);
      run.child.kill('SIGTERM');
    }
    expect((await run.ended).code).toBe(1);
  });

  it('says before its heap is full what to do', async () => {
    const run = new Run({
      NAMESPACE: 'hungry',
      NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=64',
    });
    const { output } = await run.ended;
    expect(output).toMatch(/"level":"warn".*heap is nearly full after a collection; set MAX_HEAP_MB higher/);
    expect(output.indexOf('set MAX_HEAP_MB higher')).toBeLessThan(
      output.indexOf('JavaScript heap out of memory'),
    );
  });

  it('says every wrong variable and ends with 1', async () => {
    const { code, output } = await new Run({ PARTITIONS: 'six', LOG_LEVEL: 'loud' }).ended;
    expect(code).toBe(1);
    expect(output).toContain('stubborn cannot start: 2 environment variables are wrong');
    expect(output).not.toContain('    at ');
  });

  it('says that its port is taken and ends with 1', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const PORT = String(typeof address === 'object' ? address?.port : '');
    const { code, output } = await new Run({ PORT }).ended;
    server.close();
    expect(code).toBe(1);
    expect(output).toContain(`port ${PORT} is taken; stop what listens there or set PORT`);
  });

  it.each([
    [{ HOST: '192.0.2.1' }, 'HOST=192.0.2.1 is no address of this machine; set HOST to one'],
    [{ HOST: 'nowhere.invalid' }, 'HOST=nowhere.invalid is no name that this machine can resolve'],
    [
      { DATA_DIR: '/sys/millrace' },
      'DATA_DIR="/sys/millrace": cannot be written by this user: make it writable',
    ],
    [{ DATA_DIR: import.meta.filename }, `DATA_DIR="${import.meta.filename}": is no folder`],
  ])('says in one sentence that %j is wrong and ends with 1', async (environment, sentence) => {
    const { code, output } = await new Run(environment).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/^stubborn cannot start: /m);
    expect(output).toContain(sentence);
    expect(output).not.toContain('    at ');
  });

  it('says why it can never start and ends with 1', async () => {
    const { code, output } = await new Run({ STREAMS_URL: `embedded:${import.meta.filename}` }).ended;
    expect(code).toBe(1);
    expect(output).toContain('cannot start');
  });
});
