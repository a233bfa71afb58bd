import { type Kysely, sql } from 'kysely';
import type { ShopTables } from '../tables/index.ts';

/** Units, and the number of SKUs that have moved. */
export interface InventoryFigures {
  readonly skus: number;
  readonly demanded: number;
  readonly returned: number;
  /** Signed. */
  readonly adjusted: number;
  readonly onHand: number;
  readonly backordered: number;
}

export async function inventoryFigures(db: Kysely<ShopTables>): Promise<InventoryFigures> {
  const levels = await db
    .selectFrom('stock_levels')
    .select(({ fn }) => [
      fn.countAll<number>().as('skus'),
      fn.coalesce(fn.sum<number>('on_hand'), sql<number>`0`).as('onHand'),
      fn.coalesce(fn.sum<number>('backordered'), sql<number>`0`).as('backordered'),
    ])
    .executeTakeFirstOrThrow();
  const moved = await db
    .selectFrom('stock_allocations')
    .select(({ fn }) => ['type', 'cause', fn.sum<number>('quantity').as('quantity')])
    .groupBy(['type', 'cause'])
    .execute();
  const sum = (type: string, cause: string | null = null): number =>
    moved.find((group) => group.type === type && group.cause === cause)?.quantity ?? 0;
  return {
    ...levels,
    demanded: sum('LineAllocated') + sum('LineBackordered') - (await backorderedThenAllocated(db)),
    returned: sum('StockChanged', 'return'),
    adjusted: sum('StockChanged', 'correction'),
  };
}

/** Units of lines that have two rows, one from waiting and one from getting their stock: they were demanded once. */
async function backorderedThenAllocated(db: Kysely<ShopTables>): Promise<number> {
  const found = await db
    .selectFrom('stock_allocations as waiting')
    .where('waiting.type', '=', 'LineBackordered')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('stock_allocations as allocated')
          .select('allocated.sequence')
          .whereRef('allocated.order_id', '=', 'waiting.order_id')
          .whereRef('allocated.line', '=', 'waiting.line')
          .where('allocated.type', '=', 'LineAllocated'),
      ),
    )
    .select(({ fn }) => fn.sum<number | null>('waiting.quantity').as('quantity'))
    .executeTakeFirst();
  return found?.quantity ?? 0;
}
