import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { freePorts, requireService, startRedisCluster } from '@millrace/testing';
import { expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { waitFor } from './support.ts';

const withRedis = requireService('redis');

// What a busy machine needs for one try is well below it.
const connectMs = 3_000;

/** Takes `connectMs`, which is what shows that time has passed. */
async function nobodyAnswers(): Promise<unknown> {
  const [port] = await freePorts(1);
  return await openRedis(`redis://:secret@127.0.0.1:${port}`, { connectMs }).then(
    () => expect.unreachable('somebody answered'),
    (error: unknown) => error,
  );
}

withRedis('opening', () => {
  test('gives up when nobody answers, and says where and why', async () => {
    const error = await nobodyAnswers();
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(String(error)).toMatch(/cannot open redis:\/\/.*127\.0\.0\.1:\d+.*ECONNREFUSED/);
    expect(String(error)).not.toContain('secret');
  });

  test('gives up on a port that accepts and says nothing no later than on one that is not ready', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const opening = openRedis(`redis://127.0.0.1:${port}`, { connectMs }).catch((error: unknown) => error);
    const later = nobodyAnswers().then(nobodyAnswers).then(nobodyAnswers).then(nobodyAnswers);
    expect(await Promise.race([opening, later.then(() => 'still waiting')])).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    });
    await later;
    silent.close();
  });

  test('waits longer for a Cluster that answers and is not whole yet', async () => {
    await using cluster = await startRedisCluster();
    const lost = cluster.nodes.filter((_, index) => index % 3 > 0);
    await Promise.all(lost.map((node) => node.kill()));
    await waitFor('the Cluster is down', async () =>
      Boolean((await cluster.nodes[0]?.command('CLUSTER', 'INFO'))?.includes('cluster_state:fail')),
    );
    let opened = false;
    const opening = openRedis(cluster.url, { connectMs }).finally(() => {
      opened = true;
    });
    await Promise.race([opening, nobodyAnswers().then(nobodyAnswers)]);
    expect(opened).toBe(false);
    await Promise.all(lost.map((node) => node.start()));
    await using driver = await opening;
    expect(driver.name).toBe('redis');
  });
});
