import { setTimeout as delay } from 'node:timers/promises';
import { requireService, startRedis } from '@millrace/testing';
import { expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { records, stored, uniqueName } from './support.ts';

const withRedis = requireService('redis');
const many = 200;

withRedis('producers that publish once', () => {
  test('are forgotten when they appended nothing for long, and not before', async () => {
    await using server = await startRedis();
    const topic = uniqueName('t');
    const publish = async (producerSeconds: number, producers: readonly string[]): Promise<void> => {
      await using driver = await openRedis(server.url, { producerSeconds });
      await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
      for (const producer of producers)
        await driver.append(records(topic, [producer]), { acks: 'leader', once: { producer, sequence: 1 } });
    };
    const known = async (): Promise<number> =>
      Number((await server.command('HLEN', `millrace:{P0}:producers:${topic}`)).slice(1));
    const old = Array.from({ length: many }, (_, index) => `old-${index}`);
    await publish(3_600, old);
    await publish(3_600, old);
    expect(await known()).toBe(many);
    await delay(2_100);
    const fresh = Array.from({ length: many }, (_, index) => `new-${index}`);
    await publish(1, fresh);
    expect(await known()).toBeLessThan(many + many / 2);
    await using driver = await openRedis(server.url);
    expect(await stored(driver, topic)).toEqual([...old, ...fresh]);
  });
});
