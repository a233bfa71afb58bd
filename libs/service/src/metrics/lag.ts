import type { Streams } from '@millrace/streams';
import { Gauge, type Registry } from 'prom-client';

/** A slow backend must not hold up a scrape. */
const patienceMs = 2_000;

/** Unsettled records of the service's groups, asked for at each scrape; a group the backend cannot tell about has no sample. */
export function measureLag(registry: Registry, groups: readonly string[], streams: Streams): void {
  new Gauge({
    name: 'streams_group_lag',
    help: 'Records stored and not settled',
    labelNames: ['group'],
    registers: [registry],
    async collect() {
      const answers = await Promise.all(
        groups.map(async (group) => [group, await lagOf(streams, group)] as const),
      );
      this.reset();
      for (const [group, lag] of answers) if (lag !== undefined) this.set({ group }, lag);
    },
  });
}

async function lagOf(streams: Streams, group: string): Promise<number | undefined> {
  const { promise: timeout, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, patienceMs, undefined);
  try {
    return await Promise.race([streams.admin.lag(group), timeout]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
