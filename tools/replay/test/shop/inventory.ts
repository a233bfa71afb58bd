import type {
  InventoryEvent,
  OrderAllocated,
  PaymentResult,
  StockAllocation,
  StockMovement,
} from '@millrace/events';
import { type Collected, collect } from '../../../../apps/inventory/src/domain/collect.ts';
import { join, joinKey, type Waiting } from '../../../../apps/inventory/src/domain/join.ts';
import { moveStock, positionsToFill } from '../../../../apps/inventory/src/domain/move-stock.ts';
import {
  openStock,
  type QueuedLine,
  queueKey,
  type Stock,
} from '../../../../apps/inventory/src/domain/stock.ts';

export interface InventoryOutputs {
  readonly allocation: (allocation: StockAllocation) => void;
  readonly order: (order: OrderAllocated) => void;
}

/** The three stages of the inventory over state kept in memory. */
export class Inventory {
  readonly #openingStock: number;
  readonly #outputs: InventoryOutputs;
  readonly #waiting = new Map<string, Waiting>();
  readonly #stocks = new Map<string, Stock>();
  readonly #queue = new Map<string, QueuedLine>();
  readonly #collected = new Map<string, Collected>();

  constructor(openingStock: number, outputs: InventoryOutputs) {
    this.#openingStock = openingStock;
    this.#outputs = outputs;
  }

  /** Halves of sales and refunds whose counterpart never came. */
  get unmatched(): number {
    return this.#waiting.size;
  }

  handle(event: InventoryEvent | PaymentResult): void {
    const key = joinKey(event);
    const { waiting, movements } = join(key === undefined ? undefined : this.#waiting.get(key), event);
    if (key !== undefined) put(this.#waiting, key, waiting);
    for (const movement of movements) this.#move(movement);
  }

  #move(movement: StockMovement): void {
    const { sku } = movement;
    const before = this.#stocks.get(sku) ?? openStock(this.#openingStock);
    const lines = positionsToFill(before, movement).flatMap(
      (position) => this.#queue.get(queueKey(sku, position)) ?? [],
    );
    const { stock, allocations, queued, filled, rest } = moveStock(before, movement, lines);
    this.#stocks.set(sku, stock);
    if (queued) this.#queue.set(queueKey(sku, queued.position), queued.line);
    for (const position of filled) this.#queue.delete(queueKey(sku, position));
    for (const allocation of allocations) this.#allocate(allocation);
    if (rest) this.#move(rest);
  }

  #allocate(allocation: StockAllocation): void {
    this.#outputs.allocation(allocation);
    if (allocation.type !== 'LineAllocated') return;
    const { collected, order } = collect(this.#collected.get(allocation.orderId), allocation);
    put(this.#collected, allocation.orderId, collected);
    if (order) this.#outputs.order(order);
  }
}

function put<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
