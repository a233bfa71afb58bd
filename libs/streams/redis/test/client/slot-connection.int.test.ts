import { connect } from 'node:net';
import { requireService, startRedis } from '@millrace/testing';
import { expect, it } from 'vitest';
import { SlotConnection } from '../../src/client/slot-connection.ts';
import { RawConnection } from '../../src/protocol/raw-connection.ts';

requireService('redis')('a connection of its own', () => {
  it('that broke is made anew once for all who ask at that moment, and is closed with the rest', async () => {
    await using server = await startRedis();
    const opened: RawConnection[] = [];
    const connection = new SlotConnection(async () => {
      const raw = await RawConnection.open({
        connect: async () => connect(server.port, '127.0.0.1'),
        handshake: async () => [],
        openMs: 3_000,
        replyMs: 3_000,
      });
      opened.push(raw);
      return raw;
    });
    const ping = (): Promise<unknown> => connection.call('PING', []);
    await ping();
    opened[0]?.close();
    expect(await Promise.all([ping(), ping(), ping()])).toEqual(['PONG', 'PONG', 'PONG']);
    expect(opened).toHaveLength(2);
    connection.close();
    await expect.poll(() => opened.some(({ usable }) => usable)).toBe(false);
  });
});
