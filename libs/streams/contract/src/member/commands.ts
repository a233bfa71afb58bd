import type { Command } from './events.ts';

const lateMs = 30_000;
const latches = new Map<Command, PromiseWithResolvers<void>>();

/** Resolves once the parent has given the command, now or earlier. SIGTERM means `stop`. */
export function commandOf(command: Command): Promise<void> {
  return latch(command).promise;
}

export function listenToParent(): void {
  process.on('message', (command: Command) => latch(command).resolve());
  process.on('SIGTERM', () => latch('stop').resolve());
  process.on('disconnect', exitWithParent);
}

/** Lets the process end by itself, once nothing of the driver keeps it alive; says what does when that takes long. */
export function leaveParent(): void {
  process.off('disconnect', exitWithParent);
  process.disconnect?.();
  setTimeout(() => {
    process.stderr.write(`kept alive by ${process.getActiveResourcesInfo().join(', ')}\n`);
  }, lateMs).unref();
}

function exitWithParent(): never {
  process.exit(1);
}

function latch(command: Command): PromiseWithResolvers<void> {
  const known = latches.get(command) ?? Promise.withResolvers<void>();
  latches.set(command, known);
  return known;
}
