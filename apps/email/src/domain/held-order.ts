import type { EmailRequested } from '@millrace/events';

/** The e-mails of one order that wait because the mail server refuses the recipient or the content for now. */
export interface HeldOrder {
  /** In the order in which they are to leave. */
  readonly emails: readonly EmailRequested[];
  /** Refusals in a row of the first of them. */
  readonly refusals: number;
  /** When the first of them was refused for the first time, milliseconds since the epoch. */
  readonly since: number;
}

export interface HoldSettings {
  /** The pause after the first refusal; it doubles with each further one, six times at the most. */
  readonly firstPauseMs: number;
  /** How long an e-mail is refused before it is set aside. */
  readonly giveUpMs: number;
}

/** Refused for now: when to try again. `queue`: all that pause equally long share one. */
export interface Hold {
  readonly outcome: 'held';
  readonly order: HeldOrder;
  readonly queue: number;
  readonly dueAt: number;
}

/** Refused for too long. */
export interface GivenUp {
  readonly outcome: 'given up';
  readonly emails: readonly EmailRequested[];
}

const longestQueue = 6;
/** More than any order has: a bound for what one entry of the state may hold. */
const mostEmails = 100;

/** The queues that `refused` names. */
export const holdQueues: readonly number[] = Array.from({ length: longestQueue + 1 }, (_, queue) => queue);

/** What becomes of the order's e-mails when the first is refused once more, at `now`. */
export function refused(order: HeldOrder, now: number, settings: HoldSettings): Hold | GivenUp {
  if (now - order.since >= settings.giveUpMs) return { outcome: 'given up', emails: order.emails };
  const queue = Math.min(order.refusals, longestQueue);
  return {
    outcome: 'held',
    order: { ...order, refusals: order.refusals + 1 },
    queue,
    dueAt: now + settings.firstPauseMs * 2 ** queue,
  };
}

/** Adds an e-mail after those that wait; undefined when the order holds no more. */
export function addTo(order: HeldOrder, email: EmailRequested): HeldOrder | undefined {
  return order.emails.length < mostEmails ? { ...order, emails: [...order.emails, email] } : undefined;
}
