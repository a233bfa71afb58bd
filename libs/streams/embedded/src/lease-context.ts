import type { JoinOptions } from '@millrace/streams';
import type { Engine } from './engine.ts';
import type { Group } from './group-table.ts';
import type { EmbeddedLease } from './lease.ts';
import type { Tables } from './tables.ts';
import type { TopicProgress } from './topic-progress.ts';

/** What a lease needs to know about itself. */
export interface LeaseContext {
  readonly engine: Engine;
  readonly tables: Tables;
  readonly group: Group;
  readonly number: number;
  readonly epoch: number;
  readonly token: string;
  readonly options: JoinOptions;
  readonly topics: readonly TopicProgress[];
  /** The lease was released or lost. */
  readonly onGone: (lease: EmbeddedLease) => void;
}
