import type {
  EmailRequested,
  InventoryResult,
  PaymentEvent,
  PaymentResult,
  StockAllocation,
  StockMovement,
} from '@millrace/events';
import { Findings } from './findings.ts';
import { OrderBook, type SavedOrderBook } from './order-book.ts';
import type { Waiting } from './overdue.ts';
import { type SavedStockBook, StockBook } from './stock-book.ts';
import type { Check, Finding, Verdict } from './verdict.ts';

/** Something is expected to happen to an order by then, milliseconds; a delivery alone takes three seconds. */
const dueAfterMs = 30_000;

/** What the auditor cannot know from the events. */
export interface ShopState {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether all that is stored was read; null when nobody says. */
  readonly readAll: boolean | null;
  /** What keeps orders waiting, for people: groups that lag or have no member, dead letters. */
  readonly held: readonly string[];
}

/** All that the auditor knows, as JSON can hold it. */
export interface SavedAudit {
  readonly orders: SavedOrderBook;
  readonly stock: SavedStockBook;
  readonly findings: readonly Finding[];
}

/**
 * Checks money, stock, orders and e-mails against each other from the events alone. It says what does not add up and
 * since when; what is under way is no error, what waits for a group that is behind is said to wait.
 */
export class Auditor {
  readonly #findings = new Findings();
  readonly #orders = new OrderBook(this.#findings);
  readonly #stock = new StockBook(this.#findings);
  #last: { state: Verdict['state']; since: number } | undefined;

  addRequest(event: PaymentEvent, at: number): void {
    this.#orders.addRequest(event, at);
  }

  addResult(event: PaymentResult, at: number): void {
    this.#orders.addResult(event, at);
  }

  addMovement(event: StockMovement): void {
    this.#stock.addMovement(event);
  }

  addAllocation(event: StockAllocation, at: number): void {
    this.#orders.addAllocation(event, at);
    this.#stock.addAllocation(event, at);
  }

  addAllocated(event: InventoryResult, at: number): void {
    this.#orders.addAllocated(event, at);
  }

  addEmail(event: EmailRequested, at: number): void {
    this.#orders.addEmail(event, at);
  }

  latencies(since: number): readonly number[] {
    return this.#orders.latencies(since);
  }

  /** Orders and refunds under way. */
  get open(): number {
    return this.#orders.open;
  }

  /** Whether something that began before that time is still under way and waits for no stock. */
  isUnderWay(before: number): boolean {
    return this.#orders.isUnderWay(before);
  }

  /** Says that what is read begins in the middle of things. */
  beginInTheMiddle(): void {
    this.#orders.beginInTheMiddle();
  }

  /** Findings of orders that should be read again before they are believed. */
  unconfirmed(): readonly Finding[] {
    return this.#findings.unconfirmed().filter(({ orderId }) => orderId !== null);
  }

  /** Read again it is so, or it is not: then it was a mistake of reading. */
  decide({ orderId }: Finding, isSo: boolean): void {
    const same = (other: Finding): boolean => other.orderId === orderId;
    if (isSo) this.#findings.confirm(same);
    else this.#findings.dismiss(same);
  }

  save(): SavedAudit {
    return { orders: this.#orders.save(), stock: this.#stock.save(), findings: this.#findings.save() };
  }

  restore({ orders, stock, findings }: SavedAudit): void {
    this.#orders.restore(orders);
    this.#stock.restore(stock);
    this.#findings.restore(findings);
  }

  verdict(shop: ShopState): Verdict {
    const overdue = this.#orders.overdue(shop.now - dueAfterMs);
    const state = this.#stateOf(shop, overdue);
    if (this.#last?.state !== state) this.#last = { state, since: sinceOf(state, shop, overdue) };
    return {
      state,
      says: this.#sentence(state, shop, overdue),
      since: this.#last.since,
      checks: this.#checks(shop, overdue),
      findings: this.#findings.latest(),
      findingsInAll: this.#findings.inAll(),
    };
  }

  #stateOf({ readAll, held }: ShopState, overdue: Waiting | undefined): Verdict['state'] {
    if (this.#findings.inAll() > 0) return 'wrong';
    if (readAll !== true) return 'reading';
    if (overdue === undefined) return 'adds-up';
    return held.length > 0 ? 'waiting' : 'wrong';
  }

  #sentence(state: Verdict['state'], shop: ShopState, overdue: Waiting | undefined): string {
    switch (state) {
      case 'adds-up':
        return 'Adds up to the penny.';
      case 'reading':
        return 'Reading what is stored; no verdict yet.';
      case 'waiting':
        return `${plural(overdue?.count ?? 0, 'order')} waiting: ${shop.held.join(', ')}.`;
      case 'wrong': {
        const found = this.#findings.inAll();
        if (found > 0) return `Does not add up: ${plural(found, 'finding')}.`;
        const ids = this.#orders.overdueIds(shop.now - dueAfterMs).join(', ');
        return `Does not add up: ${plural(overdue?.count ?? 0, 'order')} stuck (${ids}) though every group has caught up.`;
      }
      default:
        return state satisfies never;
    }
  }

  #checks({ held }: ShopState, overdue: Waiting | undefined): readonly Check[] {
    const open = this.#orders.open;
    const stuck = overdue ? (held.length > 0 ? 'waiting' : 'wrong') : 'adds-up';
    const stateOf = (name: Check['name']): Check['state'] =>
      this.#findings.of(name) > 0 ? 'wrong' : 'adds-up';
    const { forgotten } = this.#orders;
    const forStock = this.#orders.waitingForStock();
    return [
      {
        name: 'money',
        state: stateOf('money'),
        says: `${pounds(this.#orders.closedPence)} asked for, decided and told to customers alike`,
      },
      {
        name: 'stock',
        state: stateOf('stock'),
        says: `${plural(this.#stock.skus, 'product')} counted, ${plural(this.#stock.inFlight(), 'movement')} under way`,
      },
      {
        name: 'orders',
        state: this.#findings.of('orders') > 0 ? 'wrong' : stuck,
        says: [
          `${plural(this.#orders.closed, 'order')} complete`,
          `${open} under way`,
          ...(forStock > 0 ? [`${forStock} of them wait for stock`] : []),
          ...(forgotten > 0 ? [`${forgotten} not followed, too many at once`] : []),
        ].join(', '),
      },
      { name: 'e-mails', state: stateOf('e-mails'), says: emailsSay(this.#findings.of('e-mails')) },
    ];
  }
}

function sinceOf(state: Verdict['state'], { now }: ShopState, overdue: Waiting | undefined): number {
  return (state === 'waiting' || state === 'wrong') && overdue ? overdue.since : now;
}

function plural(count: number, what: string): string {
  return `${new Intl.NumberFormat('en-GB').format(count)} ${what}${count === 1 ? '' : 's'}`;
}

function pounds(pence: number): string {
  return new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' }).format(pence / 100);
}

function emailsSay(findings: number): string {
  if (findings === 0) return 'each result and each step told once';
  return `${plural(findings, 'e-mail')} missing, repeated or told of something else`;
}
