/** What was measured of one backend. Null where it cannot be known from here; `notes` say why. */
export interface BackendFigures {
  readonly backend: string;
  /** Records a second that were stored and handled by the group, producer and consumers as fast as they can. */
  readonly throughput: number;
  /** Records a second of the open-loop part. */
  readonly pacedRate: number;
  /** Milliseconds from when a record was to be sent until its handler was called, by percentile. */
  readonly latencyMs: readonly { readonly percentile: number; readonly ms: number }[];
  readonly clientCpuUs: number;
  readonly serverCpuUs: number | null;
  /** Bytes of memory that the server uses at the end. */
  readonly serverMemory: number | null;
  readonly diskPerRecord: number | null;
  /** From the death of a consumer until another handled records of each of its partitions. */
  readonly failoverMs: number | null;
  /** Records that were sent, and lost when the leader was killed, by what was waited for. */
  readonly acksLost: readonly { readonly acks: string; readonly sent: number; readonly lost: number }[];
  readonly notes: readonly string[];
}

export interface Comparison {
  readonly measuredAt: string;
  readonly machine: string;
  readonly workload: Readonly<Record<string, string | number>>;
  readonly backends: readonly BackendFigures[];
  readonly conclusion: readonly string[];
}
