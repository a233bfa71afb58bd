import type { RedisServer } from '@millrace/testing';

/** Cuts what clients have open, whatever for. */
export async function cutConnections(server: Pick<RedisServer, 'command'>): Promise<void> {
  for (const type of ['normal', 'pubsub'])
    await server.command('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
}
