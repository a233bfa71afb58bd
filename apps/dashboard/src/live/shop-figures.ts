import type { GroupFigures, ServiceFigures, ShopFigures } from '../api/snapshot.ts';
import type { Auditor } from '../domain/audit/auditor.ts';
import { groupsOfServices } from '../domain/groups-of-services.ts';
import type { Totals } from '../domain/totals.ts';
import { sumOf } from '../watch/sum.ts';
import type { Watched } from '../watch/watcher.ts';

const latencyWindowMs = 60_000;

/** What the shop did, how fast, and whether it adds up. `own` is the dashboard's own group. */
export function shopFigures(
  watched: Watched,
  {
    totals,
    auditor,
    own,
    now,
  }: { readonly totals: Totals; readonly auditor: Auditor; readonly own: string; readonly now: number },
): ShopFigures {
  const { captured, refunded, declined, allocatedOrders } = totals.figures();
  const latencies = auditor.latencies(now - latencyWindowMs).toSorted((one, other) => one - other);
  const groups = new Map(watched.groups.map((group) => [group.name, group]));
  const lag = groups.get(own)?.lag;
  const messagesPerSecond = rateOf(watched);
  const read = readAll(lag, messagesPerSecond);
  // Before the first look at what there is to read, nothing is known of it.
  const hasRead = read !== null;
  return {
    ...(hasRead ? { captured, refunded } : { captured: null, refunded: null }),
    declined: Object.values(declined).reduce((sum, count) => sum + count, 0),
    orders: hasRead ? auditor.open : null,
    allocated: allocatedOrders,
    emails: watched.topics.find(({ name }) => name === 'emails')?.records ?? null,
    endToEnd: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), samples: latencies.length },
    messagesPerSecond,
    services: Object.entries(groupsOfServices)
      .filter(([, names]) => names.length > 0)
      .map(([name, names]) => serviceFigures(name, names, groups)),
    verdict: auditor.verdict({ now, readAll: read, held: held(watched.groups, own, messagesPerSecond) }),
  };
}

/** The dashboard itself is always a moment behind: by what arrives in two seconds, or a few records. */
function readAll(lag: number | null | undefined, perSecond: number | null): boolean | null {
  return lag === undefined || lag === null ? null : lag < Math.max(1_000, 2 * (perSecond ?? 0));
}

/** Groups that may have something in hand for long; the dashboard too, which may not have read what they did. */
function held(groups: readonly GroupFigures[], own: string, perSecond: number | null): readonly string[] {
  const few = Math.max(100, 2 * (perSecond ?? 0));
  return groups
    .filter(({ name, state, lag, ageMs }) => {
      if (name === own) return lag === null || lag > few;
      return state === 'stalled' || state === 'behind' || lag === null || (lag > 0 && ageMs === null);
    })
    .map(({ name, lag }) => `${name} has a lag of ${lag ?? 'unknown size'}`);
}

/** Of those topics that were looked at twice; null while there is none. */
function rateOf({ topics }: Watched): number | null {
  const known = topics.map(({ perSecond }) => perSecond).filter((rate) => rate !== null);
  return known.length === 0 ? null : known.reduce((sum, rate) => sum + rate, 0);
}

function serviceFigures(
  name: string,
  names: readonly string[],
  groups: ReadonlyMap<string, GroupFigures>,
): ServiceFigures {
  const own = names.map((group) => groups.get(group));
  return {
    name,
    members: sumOf(own.map((group) => group?.members)),
    lag: sumOf(own.map((group) => group?.lag)),
  };
}

function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? null;
}
