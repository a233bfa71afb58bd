/** Beyond this the system's clock was set, or has drifted from the steady one. */
const tolerableMs = 2;
const checkedEveryMs = 1_000;

let origin = performance.timeOrigin;
let nextCheck = 0;

/**
 * Milliseconds since the epoch with fractions. One time base for all spans of the process, so that what happened later
 * is later; it follows the system's clock when that is set.
 */
export function wallClock(): number {
  const steady = performance.now();
  if (steady >= nextCheck) follow(steady);
  return origin + steady;
}

function follow(steady: number): void {
  nextCheck = steady + checkedEveryMs;
  const behind = Date.now() - (origin + steady);
  if (Math.abs(behind) > tolerableMs) origin += behind;
}
