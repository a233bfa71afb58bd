import type { Context } from './context.ts';

/** Takes outputs for other slots of a Cluster to their destinations, in order and each once. */
export async function deliverOutbox(_context: Context, _group: string, _partition: number): Promise<void> {
  throw new Error('not yet');
}
