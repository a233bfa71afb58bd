/** What a process of the chain is told. Stage 0 feeds, the last one is the sink, those between move exactly once. */
export interface StageOrder {
  readonly kind: 'ours' | 'hand-written';
  /** Streams URL for ours, the raw client's address otherwise. */
  readonly place: string;
  readonly namespace: string;
  readonly stage: number;
  readonly last: number;
  readonly messages: number;
  readonly batch: number;
  readonly partitions: number;
}

export type FromStage = { readonly say: 'ready' } | { readonly say: 'done'; readonly residentMb: number };

/** One process of a chain. `ready` resolves when it can begin, `work` when it has seen every message. */
export interface Stage extends AsyncDisposable {
  work(): Promise<void>;
}
