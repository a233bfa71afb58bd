import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { getContainerRuntimeClient } from 'testcontainers';
import { expect, it } from 'vitest';
import { startRedisContainer } from '../../src/containers/index.ts';
import { requireService } from '../../src/require-service.ts';

const holder = join(import.meta.dirname, '../fixtures/container-holder.ts');

async function containers(): Promise<readonly string[]> {
  const { container } = await getContainerRuntimeClient();
  return (await container.list()).map(({ Id }) => Id);
}

requireService('docker')('a container', () => {
  it('of a test process that was killed is removed by the next that starts one', async () => {
    const killed = fork(holder, { execArgv: ['--conditions=@millrace/source'] });
    const [{ id }] = await once(killed, 'message');
    expect(await containers()).toContain(id);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await using next = await startRedisContainer();
    expect(await containers()).toContain(next.id);
    expect(await containers()).not.toContain(id);
  });

  it('goes with the test that fails', async () => {
    const started: string[] = [];
    const failing = async (): Promise<never> => {
      await using server = await startRedisContainer();
      started.push(server.id);
      throw new Error('an assertion that fails');
    };
    await expect(failing()).rejects.toThrow('an assertion that fails');
    expect(started).toHaveLength(1);
    expect(await containers()).not.toContain(started[0]);
  });
});
