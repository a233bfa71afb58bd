import { requireService, startRedis } from '@millrace/testing';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { SlotConnection } from '../../src/client/slot-connection.ts';
import { RawConnection } from '../../src/protocol/raw-connection.ts';

requireService('redis')('a connection of its own', () => {
  it('that broke is made anew once for all who ask at that moment, and is closed with the rest', async () => {
    await using server = await startRedis();
    const opened: RawConnection[] = [];
    const connection = new SlotConnection(async () => {
      const client = new Redis({ port: server.port, lazyConnect: true, retryStrategy: () => null });
      client.on('error', () => undefined);
      const wire = await RawConnection.over(client, 3_000, () => undefined);
      opened.push(wire);
      return wire;
    });
    const ping = (): Promise<unknown> => connection.call('PING', []);
    await ping();
    opened[0]?.close();
    expect(await Promise.all([ping(), ping(), ping()])).toEqual(['PONG', 'PONG', 'PONG']);
    expect(opened).toHaveLength(2);
    connection.close();
    await expect.poll(() => opened.some((wire) => wire.usable)).toBe(false);
  });
});
