/** A terminal and a process manager may both pass on one Ctrl-C: signals this close together are one request. */
const sameRequestMs = 1_000;

export interface StopHandlers {
  readonly first: (reason: string) => unknown;
  readonly second: (reason: string) => unknown;
}

/** Calls `first` at SIGTERM, SIGINT or the death of the process that forked this one, and `second` when asked again. */
export function onStopSignal(handlers: StopHandlers): void {
  let askedAt: number | undefined;
  const stop = (reason: string): void => {
    if (askedAt === undefined) {
      askedAt = Date.now();
      handlers.first(reason);
    } else if (Date.now() - askedAt > sameRequestMs) {
      handlers.second(reason);
    }
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', () => stop('the parent process is gone'));
}
