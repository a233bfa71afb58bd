import type { NodeAddress } from './node-address.ts';
import { askRedisNode, masterOfSlot, redisClusterView } from './redis-node.ts';

const keysAtOnce = 10;
const timeoutMs = 5_000;
const mostBeside = 10_000;

/**
 * Moves the slot of a key to a master, with all keys that lie in it, by the steps of `redis-cli --cluster reshard`.
 * Returns how many keys moved.
 */
export async function moveSlot(nodes: readonly NodeAddress[], key: string, toPort: number): Promise<number> {
  const addressOf = addresses(nodes);
  const view = await redisClusterView(nodes);
  const slot = Number(await askRedisNode(addressOf(toPort), 'CLUSTER', 'KEYSLOT', key));
  const from = masterOfSlot(view, slot);
  const to = view.find(({ port }) => port === toPort);
  if (!from || !to) throw new Error(`nobody serves slot ${slot}, or nobody listens on port ${toPort}`);
  await askRedisNode(addressOf(to.port), 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
  await askRedisNode(addressOf(from.port), 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
  let moved = 0;
  for (;;) {
    const found = await askRedisNode(addressOf(from.port), 'CLUSTER', 'GETKEYSINSLOT', slot, keysAtOnce);
    const keys = Array.isArray(found) ? found.map(String) : [];
    if (keys.length === 0) break;
    await askRedisNode(
      addressOf(from.port),
      ...['MIGRATE', to.host, to.port, '', 0, timeoutMs, ...loginFor(addressOf(to.port))],
      'KEYS',
      ...keys,
    );
    moved += keys.length;
  }
  // First the new one: no node may serve a slot that its owner does not know of.
  for (const { port } of [to, ...view.filter((node) => node.isMaster && node.id !== to.id)])
    await askRedisNode(addressOf(port), 'CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
  return moved;
}

/** All keys of the slot in which the key lies. */
export async function keysBeside(nodes: readonly NodeAddress[], key: string): Promise<string[]> {
  const [any] = nodes;
  if (!any) return [];
  const slot = Number(await askRedisNode(any, 'CLUSTER', 'KEYSLOT', key));
  const master = masterOfSlot(await redisClusterView(nodes), slot);
  if (!master) return [];
  const found = await askRedisNode(
    addresses(nodes)(master.port),
    'CLUSTER',
    'GETKEYSINSLOT',
    slot,
    mostBeside,
  );
  return Array.isArray(found) ? found.map(String) : [];
}

function addresses(nodes: readonly NodeAddress[]): (port: number) => NodeAddress {
  return (port) => nodes.find((node) => node.port === port) ?? { ...nodes[0], host: '127.0.0.1', port };
}

function loginFor({ username, password }: NodeAddress): string[] {
  if (password === undefined) return [];
  return username === undefined ? ['AUTH', password] : ['AUTH2', username, password];
}
