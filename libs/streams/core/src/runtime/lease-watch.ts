import { StreamsError, toStreamsError } from '../errors.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Settings } from './settings.ts';

const source = 'leases';

/**
 * Looks now and then whether a member that holds no lease should: nobody owns a partition of its group. Twice in a row,
 * since a lease on its way from one member to another is nobody's for a moment. Costs nothing while it holds any.
 */
export function watchLeases(settings: Settings, lifecycle: Lifecycle): Disposable {
  const { driver, group, health, leaseMs } = settings;
  let suspected = false;
  let looking = false;
  const look = async (): Promise<void> => {
    const problem = lifecycle.leases.length > 0 ? undefined : await findProblem(settings);
    if (lifecycle.stopFetching.aborted) return;
    if (problem !== undefined && suspected) health.degrade(source, problem);
    if (problem === undefined) health.recover(source);
    suspected = problem !== undefined;
  };
  const findProblem = async ({ routes }: Settings): Promise<StreamsError | undefined> => {
    try {
      const { partitions } = await driver.admin.describeGroup(group);
      const free = partitions.filter(({ topic, owner }) => owner === undefined && routes.has(topic));
      if (free.length === 0) return undefined;
      const names = [...new Set(free.map(({ partition }) => partition))].slice(0, 10).join(', ');
      return new StreamsError(
        'UNAVAILABLE',
        `group ${group} holds no lease, and nobody owns its partitions ${names}`,
      );
    } catch (error) {
      return toStreamsError(error, 'UNAVAILABLE', `group ${group} holds no lease, and cannot be looked up`);
    }
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  }, leaseMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
