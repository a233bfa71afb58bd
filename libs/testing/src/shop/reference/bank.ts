import type { Counts, SalesFigures } from './figures.ts';
import type { SalesLine } from './sales-line.ts';

const mostInOnePayment = 1_000_000;
const mostOfOnePayer = 2_000_000;

interface Client {
  readonly named: boolean;
  orders: number;
  refunds: number;
  captured: number;
  refunded: number;
}

/** Payers, what they paid and what they got back. */
export class Bank {
  readonly #clients: Map<string, Client> = new Map();
  readonly #declined: Counts = {};
  #declinedRefunds = 0;

  /** Whether the payment is captured. */
  pay(first: SalesLine, lines: readonly SalesLine[]): boolean {
    const client = this.#client(first);
    const pence = total(lines);
    const reason = whyDeclined(first, pence, client);
    if (reason) {
      this.#declined[reason] = (this.#declined[reason] ?? 0) + 1;
      return false;
    }
    client.orders++;
    client.captured += pence;
    return true;
  }

  /** Whether the refund is paid. */
  refund(first: SalesLine, lines: readonly SalesLine[]): boolean {
    const client = this.#client(first);
    const pence = total(lines);
    if (pence > client.captured - client.refunded) {
      this.#declinedRefunds++;
      return false;
    }
    client.refunds++;
    client.refunded += pence;
    return true;
  }

  payments(): SalesFigures['payments'] {
    const clients = [...this.#clients.values()];
    return {
      captured: { count: sum(clients, 'orders'), pence: sum(clients, 'captured') },
      declined: this.#declined,
      refunded: { count: sum(clients, 'refunds'), pence: sum(clients, 'refunded') },
      refundDeclined: this.#declinedRefunds > 0 ? { exceeds_captured: this.#declinedRefunds } : {},
    };
  }

  crm(): Counts {
    const known = [...this.#clients.values()].filter(
      ({ named, orders, refunds }) => named && orders + refunds > 0,
    );
    return {
      customers: known.length,
      orders: sum(known, 'orders'),
      lifetimeValuePence: sum(known, 'captured') - sum(known, 'refunded'),
    };
  }

  #client({ customer, invoice }: SalesLine): Client {
    const name = customer || `guest-${invoice}`;
    const client = this.#clients.get(name) ?? {
      named: customer !== '',
      orders: 0,
      refunds: 0,
      captured: 0,
      refunded: 0,
    };
    this.#clients.set(name, client);
    return client;
  }
}

function whyDeclined({ customer, month }: SalesLine, pence: number, client: Client): string | undefined {
  const number = /^\d+$/.test(customer) ? BigInt(customer) : 1n;
  if (number % 97n === 0n) return 'invalid_card';
  if (month > (number % 89n === 0n ? '2009-12' : '2030-12')) return 'expired_card';
  if (pence > mostInOnePayment) return 'suspected_fraud';
  return client.captured - client.refunded + pence > mostOfOnePayer ? 'insufficient_funds' : undefined;
}

function total(lines: readonly SalesLine[]): number {
  return lines.reduce((pence, line) => pence + line.pence, 0);
}

function sum(clients: readonly Client[], figure: 'orders' | 'refunds' | 'captured' | 'refunded'): number {
  return clients.reduce((all, client) => all + client[figure], 0);
}
