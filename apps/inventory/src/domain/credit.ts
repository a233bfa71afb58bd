import type { LineAllocated, StockChanged, StockCredited } from '@millrace/events';
import type { Moved } from './move-stock.ts';
import { levelOf, type QueuedLine, type Stock } from './stock.ts';

/** The most waiting lines that one step fills, so that a large delivery cannot make a huge step. */
export const fillsPerStep = 100;

/** Pays what is owed, then fills the waiting lines, the oldest first; what is left is on hand. */
export function credit(before: Stock, movement: StockCredited, queue: readonly QueuedLine[]): Moved {
  const paid = Math.min(before.owed, movement.quantity);
  const fill = fillLines(before, movement.quantity - paid, queue);
  const linesWait = before.tail - before.head > fill.lines.length;
  const carriedOn = linesWait ? fill.left : 0;
  const stock: Stock = {
    version: before.version + 1,
    onHand: before.onHand + fill.left - carriedOn,
    owed: before.owed - paid,
    backordered: before.backordered - fill.used,
    head: before.head + fill.lines.length,
    tail: before.tail,
    setAside: fill.setAside,
  };
  const level = levelOf(stock);
  const moved: Moved = {
    stock,
    allocations: [
      ...fill.lines.map((line) => allocated(line, movement, level)),
      changed(movement, movement.quantity - carriedOn, level),
    ],
    filled: fill.lines.map((_, index) => before.head + index),
  };
  if (carriedOn === 0) return moved;
  return { ...moved, rest: { ...movement, quantity: carriedOn, part: movement.part + 1 } };
}

interface Fill {
  /** The lines that have all their units now. */
  readonly lines: readonly QueuedLine[];
  readonly used: number;
  readonly left: number;
  /** Units set aside for the line that is then at the head. */
  readonly setAside: number;
}

function fillLines({ setAside }: Stock, units: number, queue: readonly QueuedLine[]): Fill {
  const lines: QueuedLine[] = [];
  let left = units;
  let aside = setAside;
  for (const line of queue) {
    const needed = line.lacking - aside;
    if (left < needed) return { lines, used: units, left: 0, setAside: aside + left };
    lines.push(line);
    left -= needed;
    aside = 0;
  }
  return { lines, used: units - left, left, setAside: aside };
}

function allocated(
  queued: QueuedLine,
  { occurredAt, sku }: StockCredited,
  level: LineAllocated['level'],
): LineAllocated {
  const { lacking: _, ...line } = queued;
  return { type: 'LineAllocated', occurredAt, ...line, sku, level };
}

function changed(movement: StockCredited, quantity: number, level: StockChanged['level']): StockChanged {
  return { ...movement, type: 'StockChanged', quantity, level };
}
