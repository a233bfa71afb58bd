import { type CompetingMember, type GroupOptions, StreamsError } from '@millrace/streams';
import type { Context } from './context.ts';

export async function joinCompeting(
  _context: Context,
  _group: string,
  _options: GroupOptions,
): Promise<CompetingMember> {
  throw new StreamsError('UNSUPPORTED', 'not yet');
}
