import type { Position } from '@millrace/streams';

/** What a child tells its parent, one JSON line each, written before anything else happens: a kill loses none. */
export type MemberEvent =
  /** The program runs; the driver is opened next. */
  | { readonly event: 'starting' }
  | { readonly event: 'running'; readonly member: string }
  | ({ readonly event: 'handling' } & Handling)
  | ({ readonly event: 'handled' } & Handling)
  | { readonly event: 'holding'; readonly id: string }
  | { readonly event: 'lease'; readonly partition: number; readonly epoch: number }
  | { readonly event: 'lease-ended'; readonly partition: number; readonly reason: string }
  | { readonly event: 'committed'; readonly balanced: number; readonly outputs: number }
  | { readonly event: 'aborted'; readonly id: string }
  | { readonly event: 'trouble'; readonly code: string; readonly message: string; readonly fatal: boolean }
  | { readonly event: 'fetched'; readonly partition: number; readonly ids: readonly string[] }
  /** What became of a holder's commit: `committed` or an error code. */
  | { readonly event: 'commit'; readonly result: string }
  | { readonly event: 'appending'; readonly batch: number }
  | { readonly event: 'appended'; readonly batch: number; readonly positions: readonly Position[] }
  | { readonly event: 'reading' }
  | { readonly event: 'read'; readonly records: number; readonly bytes: number; readonly peak: number }
  /** Returns `catch-up`: everything stored when it was told is acknowledged. */
  | { readonly event: 'caught-up' }
  | { readonly event: 'stopped' }
  | { readonly event: 'failed'; readonly code: string; readonly message: string };

export interface Handling {
  readonly id: string;
  readonly key: string;
  readonly sequence: number;
  readonly topic: string;
  readonly partition: number;
  readonly attempt: number;
}

/** What a parent tells its child. Each is a latch: given once, it holds. */
export type Command = 'proceed' | 'commit' | 'catch-up' | 'stop';
