/** `GET /api/compare`: what `npm run compare` wrote, the newest first. */
export interface CompareReport {
  /** The file without its ending. */
  readonly name: string;
  readonly writtenAt: number;
  /** The JSON as it stands; null when it cannot be read. */
  readonly report: unknown;
  /** The same as a comparison of backends; null when it is none. */
  readonly comparison: Comparison | null;
  /** Whether there is a page of it, at `/compare/NAME.html`. */
  readonly hasPage: boolean;
}

/** The same load on several backends. Null is what could not be measured. */
export interface Comparison {
  /** ISO 8601. */
  readonly measuredAt: string;
  readonly machine: string;
  readonly workload: Readonly<Record<string, string | number>>;
  /** Sentences that follow from the figures. */
  readonly conclusion: readonly string[];
  readonly backends: readonly ComparedBackend[];
}

export interface ComparedBackend {
  readonly backend: string;
  /** Records a second, as fast as it can. */
  readonly throughput: number;
  /** Records a second while times were measured. */
  readonly pacedRate: number;
  readonly latencyMs: readonly { readonly percentile: number; readonly ms: number }[];
  /** Microseconds a record. */
  readonly clientCpuUs: number;
  readonly serverCpuUs: number | null;
  /** Bytes. */
  readonly serverMemory: number | null;
  readonly diskPerRecord: number | null;
  readonly failoverMs: number | null;
  readonly acksLost: readonly { readonly acks: string; readonly sent: number; readonly lost: number }[];
  readonly notes: readonly string[];
}
