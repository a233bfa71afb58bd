import type { GroupFigures, ServiceFigures, ShopFigures } from '../api/snapshot.ts';
import type { Auditor } from '../domain/audit/auditor.ts';
import type { Totals } from '../domain/totals.ts';
import { sumOf } from '../watch/sum.ts';
import type { Watched } from '../watch/watcher.ts';

const latencyWindowMs = 60_000;

const groupsOf: Readonly<Record<string, readonly string[]>> = {
  payment: ['payment'],
  inventory: ['inventory', 'inventory-stock', 'inventory-orders'],
  shipping: ['shipping'],
  email: ['email'],
  crm: ['crm'],
  database: ['database'],
  webserver: ['webserver'],
};

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
  return {
    captured,
    refunded,
    declined: Object.values(declined).reduce((sum, count) => sum + count, 0),
    orders: auditor.open,
    allocated: allocatedOrders,
    emails: watched.topics.find(({ name }) => name === 'emails')?.records ?? 0,
    endToEnd: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), samples: latencies.length },
    messagesPerSecond: watched.topics.reduce((sum, { perSecond }) => sum + (perSecond ?? 0), 0),
    services: Object.entries(groupsOf).map(([name, names]) => serviceFigures(name, names, groups)),
    verdict: auditor.verdict({ now, readAll: readAll(lag), held: held(watched.groups, own) }),
  };
}

/** The dashboard itself is always a few records behind what arrives this moment. */
function readAll(lag: number | null | undefined): boolean | null {
  return lag === undefined || lag === null ? null : lag < 1_000;
}

function held(groups: readonly GroupFigures[], own: string): readonly string[] {
  return groups
    .filter(({ name, state }) => name !== own && (state === 'stalled' || state === 'behind'))
    .map(({ name, lag }) => `${name} has a lag of ${lag ?? 'unknown size'}`);
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
