import type { Admin, GroupPartition } from '@millrace/streams';
import type { Metrics } from './metrics.ts';

/** A slow backend must not hold up a scrape. */
const patienceMs = 2_000;

/**
 * What waits for each group, and how many settings of the backend can lose records, asked for at each scrape; what the backend cannot tell has no sample. `groups` is asked each
 * time as well.
 */
export function measureBacklog(
  metrics: Metrics,
  admin: () => Admin,
  groups: (admin: Admin) => readonly string[] | Promise<readonly string[]>,
): void {
  const lag = metrics.observableGauge('lag');
  const pending = metrics.observableGauge('pending');
  const oldest = metrics.observableGauge('oldestPending');
  const unsafe = metrics.observableGauge('unsafeSettings');
  metrics.observe(
    async (result) => {
      const settings = await inTime(async () => admin().unsafeSettings());
      if (settings !== undefined) result.observe(unsafe, settings.length);
      const names = (await inTime(async () => groups(admin()))) ?? [];
      const answers = await Promise.all(names.map((name) => inTime(() => admin().describeGroup(name))));
      for (const [index, described] of answers.entries()) {
        const partitions = described?.partitions ?? [];
        const labels = { group: names[index] ?? '' };
        const lagging = sum(partitions.map((partition) => partition.lag));
        const delivered = sum(partitions.map((partition) => partition.pending));
        if (lagging !== undefined) result.observe(lag, lagging, labels);
        if (delivered !== undefined) result.observe(pending, delivered, labels);
        if (delivered !== undefined) result.observe(oldest, oldestMs(partitions) / 1000, labels);
      }
    },
    [lag, pending, oldest, unsafe],
  );
}

/** Undefined when it fails or takes too long. */
async function inTime<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  const { promise: timeout, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, patienceMs, undefined);
  try {
    return await Promise.race([ask(), timeout]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Undefined where a part is unknown, or there is none. */
function sum(parts: readonly (number | undefined)[]): number | undefined {
  if (parts.length === 0) return undefined;
  return parts.reduce((total, part) =>
    total === undefined || part === undefined ? undefined : total + part,
  );
}

function oldestMs(partitions: readonly GroupPartition[]): number {
  return Math.max(...partitions.map(({ oldestPendingMs }) => oldestPendingMs ?? 0));
}
