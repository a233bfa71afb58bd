import type { SearchResult } from '../api/messages.ts';
import type { Content } from './content.ts';

/** The most records and milliseconds of one search; the next one goes on at its cursor. */
export const budget = { records: 20_000, ms: 4_000 } as const;

/** A search's result before anything in it is masked. */
export interface Found extends Omit<SearchResult, 'messages'> {
  readonly contents: readonly Content[];
}
