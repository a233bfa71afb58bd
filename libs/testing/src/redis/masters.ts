import type { ClusterNode } from './form-cluster.ts';

/** The node that is master of the key's slot now. */
export async function masterOf<Node extends ClusterNode>(nodes: readonly Node[], key: string): Promise<Node> {
  for (const node of nodes) {
    const answer = await node.command('TYPE', key).catch(() => '-ERR');
    const role = await node.command('ROLE').catch(() => '');
    if (answer.startsWith('+') && role.includes('master')) return node;
  }
  throw new Error(`no master answers for ${key}`);
}
