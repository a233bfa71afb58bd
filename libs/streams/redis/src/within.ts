/** Milliseconds for what a member does when it leaves: what is not done by then runs out by itself. */
export const leaveMs = 5_000;

/** Resolves once the work settles or the time is over, whichever comes first; the work goes on. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const settled = work.then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([settled, over]);
  clearTimeout(timer);
}
