import { requireService, startRedis } from '@millrace/testing';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { RedisMonitor } from '../src/native/redis-monitor.ts';

requireService('redis')('what a Redis is sent', () => {
  test('is shown once with how often, and looks at progress push nothing out', async () => {
    await using server = await startRedis();
    await using monitor = await RedisMonitor.open(server.url, 'run');
    const redis = new Redis(server.url);
    try {
      for (let id = 1; id <= 300; id++) await redis.xrange('run.orders:{P0}', `${id}-0`, '+');
      for (let turn = 0; turn < 3; turn++) await redis.xadd('run.orders:{P0}', '*', 'value', 'same');
      await redis.xadd('others', '*', 'value', 'same');
    } finally {
      redis.disconnect();
    }
    const shown = await monitor.take();
    expect(shown.filter(({ text }) => text.startsWith('XRANGE'))).toHaveLength(100);
    expect(shown.filter(({ text }) => text.startsWith('XADD'))).toEqual([
      { text: 'XADD orders:{P0} * value same', script: false, times: 3, ofTheBook: true },
    ]);
    expect(await monitor.take()).toEqual([]);
  });
});
