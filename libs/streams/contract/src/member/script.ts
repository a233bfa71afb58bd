import type { Opener } from '../harness.ts';

/** What a child process does; handed over as JSON. */
export type Script = GroupScript | HolderScript | AppenderScript | ReaderScript | CloserScript;

interface Common {
  readonly opener: Opener;
}

/** A member of a group run by the library. */
export interface GroupScript extends Common {
  readonly program: 'group';
  readonly group: string;
  readonly mode: 'partitioned' | 'competing';
  readonly delivery: 'at-most-once' | 'at-least-once' | 'exactly-once' | 'external';
  readonly topics: readonly string[];
  readonly effect: Effect;
  readonly mishaps: readonly Mishap[];
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly concurrency: number;
  readonly batch: number;
  readonly attempts: number;
  /** Ids remembered per partition; 0 for no dedupe. */
  readonly dedupe: number;
  /** Megabytes that the process may take for objects; 0: as many as it likes. */
  readonly heap: number;
}

/** What handling a message does. */
export type Effect =
  | { readonly kind: 'none' }
  /** Sends the item on. */
  | { readonly kind: 'copy'; readonly to: string }
  /** Counts the key's items in keyed state and sends the item on with the count. */
  | { readonly kind: 'count'; readonly to: string; readonly store: string }
  /** Keeps a value of so many bytes as the key's state, where the delivery has state, and sends it on with the item. */
  | { readonly kind: 'swell'; readonly to: string; readonly bytes: number; readonly store: string }
  /** Saves items and positions in one transaction of another database. */
  | { readonly kind: 'save'; readonly file: string };

/** What goes wrong at the items of these ids. */
export type Mishap =
  | { readonly kind: 'crash'; readonly point: CrashPoint; readonly id: string }
  | { readonly kind: 'throw'; readonly id: string; readonly times: number }
  /** The handler waits for the command `proceed`; its event loop goes on, so leases are renewed. */
  | { readonly kind: 'hold'; readonly id: string }
  /** The handler stops the whole thread until the file exists: nothing is renewed and no timer runs. */
  | { readonly kind: 'block'; readonly id: string; readonly file: string };

/** Around the handler, or around the driver's commit that acknowledges the item. */
export type CrashPoint =
  | 'before-handling'
  | 'after-handling'
  | 'before-commit'
  | 'during-commit'
  | 'after-commit';

/** Takes what a lease (or, competing, the group) gives first, holds it, and acknowledges it when asked to, straight on the driver. */
export interface HolderScript extends Common {
  readonly program: 'holder';
  readonly mode: 'partitioned' | 'competing';
  readonly group: string;
  readonly topic: string;
  readonly leaseMs: number;
  readonly max: number;
  /** Topic that gets a copy of everything acknowledged. */
  readonly to: string;
  /** With a file the thread stops until it exists and acknowledges at once; without, the command `commit` tells when. */
  readonly blockUntil: string | null;
}

/** Appends batches of `size` records over all partitions until it is killed. Ids are `<batch>-<index>`. */
export interface AppenderScript extends Common {
  readonly program: 'appender';
  /** Each append is to all partitions of all of them. */
  readonly topics: readonly string[];
  readonly atomic: boolean;
  readonly size: number;
  readonly acks: 'leader' | 'all';
}

/** Reads partition 0 to `records` records, slowly: after the first chunk it waits for `proceed`. */
export interface ReaderScript extends Common {
  readonly program: 'reader';
  readonly topic: string;
  readonly records: number;
}

/** Closes a driver of its own `moments` times, each `apartMs` milliseconds later after its opening than the last. */
export interface CloserScript extends Common {
  readonly program: 'closer';
  readonly topic: string;
  readonly partitions: number;
  /** Beginning of its groups' names. */
  readonly group: string;
  readonly moments: number;
  readonly apartMs: number;
}
