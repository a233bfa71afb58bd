import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { requireService, startRedisCluster } from '@millrace/testing';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('open-and-close.ts', import.meta.url));
/** Longer than the time between two looks at the slots of a Cluster. */
const stallMs = 1_500;

requireService('redis')('closing', () => {
  test('ends a process also while its Cluster is being asked for its slots and does not answer', async () => {
    await using cluster = await startRedisCluster({ nodeTimeoutMs: 30_000 });
    const child = fork(program, [cluster.url]);
    using _ = { [Symbol.dispose]: () => child.kill('SIGKILL') };
    const ended = once(child, 'exit');
    await once(child, 'message');
    for (const node of cluster.nodes) node.pause();
    await delay(stallMs);
    child.send('close');
    await once(child, 'disconnect');
    for (const node of cluster.nodes) node.resume();
    expect(await ended).toEqual([0, null]);
  }, 60_000);
});
