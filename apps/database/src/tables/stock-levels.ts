import type { StockAllocation } from '@millrace/events';
import { RowInserter, type SqlValue } from '@millrace/service/sql';

/** What each SKU had after its latest movement that has arrived. */
export interface StockLevelRow {
  sku: string;
  version: number;
  on_hand: number;
  backordered: number;
}

export const stockLevelColumns: Readonly<Record<string, string>> = {
  sku: 'text primary key',
  version: 'bigint not null',
  on_hand: 'bigint not null',
  backordered: 'bigint not null',
};

/** Allocations of one SKU arrive from several partitions in any order: the highest version stays. */
export const stockLevels: RowInserter = new RowInserter(
  'stock_levels',
  Object.keys(stockLevelColumns),
  `on conflict (sku) do update set
    version = excluded.version, on_hand = excluded.on_hand, backordered = excluded.backordered
    where excluded.version > stock_levels.version`,
);

/** The latest level of each SKU that the events touch, in the order of the SKUs. */
export function latestLevels(events: Iterable<StockAllocation>): readonly (readonly SqlValue[])[] {
  const latest = new Map<string, StockAllocation>();
  for (const event of events) {
    const known = latest.get(event.sku);
    if (!known || known.level.version < event.level.version) latest.set(event.sku, event);
  }
  const rows = [...latest.values()].toSorted((a, b) => (a.sku < b.sku ? -1 : 1));
  return rows.map(({ sku, level }) => [sku, level.version, level.onHand, level.backordered]);
}
