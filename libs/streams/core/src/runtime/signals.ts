/** What a worker watches. */
export interface WorkerSignals {
  /** Take nothing new: a stop, a recall or a loss. */
  readonly drain: AbortSignal;
  /** Handlers should give up: the lease is lost or the grace period over. */
  readonly abandon: AbortSignal;
}
