import type { Admin, GroupPartition } from '@millrace/streams';
import type { Metrics } from './metrics.ts';

/** A slow backend must not hold up a scrape. */
const patienceMs = 2_000;

/** What waits for each group, asked for at each scrape; what the backend cannot tell has no sample. */
export function measureBacklog(metrics: Metrics, groups: readonly string[], admin: () => Admin): void {
  const lag = metrics.observableGauge('lag');
  const pending = metrics.observableGauge('pending');
  const oldest = metrics.observableGauge('oldestPending');
  metrics.observe(
    async (result) => {
      const answers = await Promise.all(groups.map((group) => partitionsOf(admin, group)));
      for (const [index, partitions] of answers.entries()) {
        const labels = { group: groups[index] ?? '' };
        const lagging = sum(partitions.map((partition) => partition.lag));
        const delivered = sum(partitions.map((partition) => partition.pending));
        if (lagging !== undefined) result.observe(lag, lagging, labels);
        if (delivered !== undefined) result.observe(pending, delivered, labels);
        if (delivered !== undefined) result.observe(oldest, oldestMs(partitions) / 1000, labels);
      }
    },
    [lag, pending, oldest],
  );
}

async function partitionsOf(admin: () => Admin, group: string): Promise<readonly GroupPartition[]> {
  const { promise: timeout, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, patienceMs, undefined);
  try {
    const described = await Promise.race([admin().describeGroup(group), timeout]);
    return described?.partitions ?? [];
  } catch {
    return [];
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
