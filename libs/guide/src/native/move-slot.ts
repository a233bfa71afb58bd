import { askRedisNode, masterOfSlot, redisClusterView } from './redis-node.ts';

const keysAtOnce = 10;
const timeoutMs = 5_000;

/**
 * Moves the slot of a key to a master, with all keys that lie in it, by the steps of `redis-cli --cluster reshard`.
 * Returns how many keys moved.
 */
export async function moveSlot(ports: readonly number[], key: string, toPort: number): Promise<number> {
  const view = await redisClusterView(ports);
  const slot = Number(await askRedisNode(toPort, 'CLUSTER', 'KEYSLOT', key));
  const from = masterOfSlot(view, slot);
  const to = view.find(({ port }) => port === toPort);
  if (!from || !to) throw new Error(`nobody serves slot ${slot}, or nobody listens on port ${toPort}`);
  await askRedisNode(to.port, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
  await askRedisNode(from.port, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
  let moved = 0;
  for (;;) {
    const found = await askRedisNode(from.port, 'CLUSTER', 'GETKEYSINSLOT', slot, keysAtOnce);
    const keys = Array.isArray(found) ? found.map(String) : [];
    if (keys.length === 0) break;
    await askRedisNode(from.port, 'MIGRATE', '127.0.0.1', to.port, '', 0, timeoutMs, 'KEYS', ...keys);
    moved += keys.length;
  }
  // First the new one: no node may serve a slot that its owner does not know of.
  for (const { port } of [to, ...view.filter((node) => node.isMaster && node.id !== to.id)])
    await askRedisNode(port, 'CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
  return moved;
}
