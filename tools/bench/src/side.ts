import type { Workload } from './workload.ts';

/** One side of the comparison on one backend: ours, or loops written by hand on the raw client. All of it stores durably. */
export interface Side extends AsyncDisposable {
  readonly name: string;
  /** Publishes the workload, batch after batch, each awaited. */
  produce(workload: Workload): Promise<void>;
  /** Reads what `produce` stored, from the beginning to the end, JSON parsed. */
  read(workload: Workload): Promise<void>;
  /** A new group handles what `produce` stored, at least once. */
  consume(workload: Workload): Promise<void>;
  /** A new group moves what `produce` stored to another topic, exactly once. */
  exactlyOnce(workload: Workload): Promise<void>;
  /** Milliseconds from publishing a lone message to its handling, once for each message. */
  latency(workload: Workload): Promise<number[]>;
}

/** A fresh side on a fresh place; called once for each round. */
export type OpenSide = () => Promise<Side>;
