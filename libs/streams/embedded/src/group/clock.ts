/**
 * Milliseconds of a clock that never steps and that all processes of this machine share since its boot. Deadlines
 * of leases and members are kept in it: setting the wall clock neither expires nor prolongs a lease.
 */
export function monotonicNow(): number {
  return Math.floor(Number(process.hrtime.bigint()) / 1e6);
}

/**
 * Whether a stored deadline still holds. After a reboot the clock starts again at zero and old deadlines lie far
 * ahead; one that lies further ahead than its whole duration was made before the reboot, so it has passed.
 */
export function deadlineHolds(deadline: number, duration: number, now: number): boolean {
  return now < deadline && deadline - now <= duration;
}
