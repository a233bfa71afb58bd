import type { Message } from './decode.ts';
import type { StreamsError } from './errors.ts';
import type { Position } from './position.ts';
import type { StoredRecord } from './record.ts';

/** What a running group tells about itself; for metrics, logs and tests. Called synchronously: keep it cheap, never throw. */
export interface Observer {
  readonly leaseGained?: (event: {
    readonly group: string;
    readonly partition: number;
    readonly epoch: number;
  }) => void;
  readonly leaseEnded?: (event: {
    readonly group: string;
    readonly partition: number;
    readonly reason: 'released' | 'lost';
  }) => void;
  /** After each batch of handling. `durationMs` covers the handlers only. */
  readonly handled?: (event: {
    readonly group: string;
    readonly topic: string;
    readonly messages: number;
    readonly durationMs: number;
  }) => void;
  readonly committed?: (event: {
    readonly group: string;
    /** The records that it acknowledged. */
    readonly records: readonly StoredRecord[];
    readonly outputs: number;
    readonly durationMs: number;
  }) => void;
  readonly redelivered?: (event: {
    readonly group: string;
    readonly message: Position;
    readonly attempt: number;
  }) => void;
  readonly failed?: (event: {
    readonly group: string;
    readonly message: Position;
    readonly attempt: number;
    readonly error: StreamsError;
  }) => void;
  readonly deadLettered?: (event: {
    readonly group: string;
    readonly message: Position;
    readonly attempts: number;
    readonly error: StreamsError;
  }) => void;
  readonly deduplicated?: (event: { readonly group: string; readonly message: Message<unknown> }) => void;
  /**
   * Something outside the handlers went wrong and is being retried, or (fatal) ended the group. Called when it begins, not at
   * every attempt.
   */
  readonly error?: (event: {
    readonly group: string;
    readonly error: StreamsError;
    readonly fatal: boolean;
  }) => void;
  /** Everything that `error` reported works again. */
  readonly recovered?: (event: { readonly group: string }) => void;
}
