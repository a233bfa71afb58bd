import { setTimeout as delay } from 'node:timers/promises';
import { masterOf } from './masters.ts';
import type { RedisServer } from './server.ts';

const keysAtOnce = 1;
const moveWithinMs = 5_000;

/** As `redis-cli --cluster reshard` does it, with pauses in which the slot lies in two places. */
export async function moveSlotOf(nodes: readonly RedisServer[], key: string): Promise<RedisServer> {
  const from = await masterOf(nodes, key);
  const to = await anotherMaster(nodes, from);
  const slot = Number((await from.command('CLUSTER', 'KEYSLOT', key)).slice(1));
  const [fromId, toId] = [await idOf(from), await idOf(to)];
  await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
  await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
  for (;;) {
    const keys = bulks(await from.command('CLUSTER', 'GETKEYSINSLOT', slot, keysAtOnce));
    if (keys.length === 0) break;
    await from.command('MIGRATE', '127.0.0.1', to.port, '', 0, moveWithinMs, 'KEYS', ...keys);
    await delay(10);
  }
  for (const node of [to, from]) await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
  return to;
}

async function anotherMaster(nodes: readonly RedisServer[], than: RedisServer): Promise<RedisServer> {
  for (const node of nodes) if (node !== than && (await node.command('ROLE')).includes('master')) return node;
  throw new Error('there is no other master');
}

async function idOf(node: RedisServer): Promise<string> {
  return bulk(await node.command('CLUSTER', 'MYID'));
}

function bulk(reply: string): string {
  return reply.split('\r\n')[1] ?? '';
}

function bulks(reply: string): string[] {
  return reply.split('\r\n').filter((line, index) => index > 0 && line !== '' && !line.startsWith('$'));
}
