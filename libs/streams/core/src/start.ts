import type { Position } from './position.ts';

/** Where reading begins. `at` is the first record stored at or after that time; `after` excludes the position itself. */
export type Start = 'earliest' | 'latest' | { readonly at: Date } | { readonly after: Position };

/** Where a bounded read ends: what is stored now, before a time (excluded), or a position (included). */
export type End = 'now' | { readonly at: Date } | { readonly through: Position };
