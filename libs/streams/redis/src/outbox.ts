import type { Context } from './context.ts';
import type { LeasePlace } from './lease.ts';

/** Takes outputs for other slots to their destination, in order and each once. */
export async function deliverOutbox(_context: Context, _place: LeasePlace): Promise<void> {
  throw new Error('not yet');
}
