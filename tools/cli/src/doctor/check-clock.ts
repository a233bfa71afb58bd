import { formatDuration } from '../output/time.ts';
import { type Finding, fault, ok } from './finding.ts';

/** Times of records, leases and retention are compared across machines. */
export function checkClock(skewMs: number, mostMs: number): Finding {
  const apart = Math.abs(skewMs);
  const way = skewMs > 0 ? 'ahead of' : 'behind';
  if (apart <= mostMs) return ok('clock', `the clocks are ${formatDuration(apart)} apart`);
  return fault(
    'clock',
    `the server's clock is ${formatDuration(apart)} ${way} this machine's`,
    'run an NTP client on both (chrony, systemd-timesyncd)',
  );
}
