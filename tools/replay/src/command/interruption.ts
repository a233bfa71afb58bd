import { ReplayError } from '../replay-error.ts';

/** A person or a process manager wants the replay to stop. */
export class Interrupted extends ReplayError {}

/** A terminal and a process manager may both pass on one Ctrl-C: signals this close together are one request. */
const sameRequestMs = 1_000;

/** Aborts at the first SIGINT or SIGTERM; a second one, asked for again, ends the process at once. */
export function onInterruption(): AbortSignal {
  const interruption = new AbortController();
  let askedAt: number | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      interruption.abort(new Interrupted(`stopped by ${signal}`));
    } else if (performance.now() - askedAt > sameRequestMs) {
      // The services notice that this process is gone and stop.
      process.exit(130);
    }
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return interruption.signal;
}
