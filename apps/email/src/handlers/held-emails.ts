import type { EmailRequested } from '@millrace/events';
import type { Logger } from '@millrace/service';
import { type Handler, isStreamsError, Rejected, type StatefulContext } from '@millrace/streams';
import { RefusedForNow } from '../adapters/mailer.ts';
import { addTo, type HeldOrder, type HoldSettings, refused } from '../domain/held-order.ts';
import { type EmailRetry, emailHolds, emailRetries, heldOrders } from '../held-mail.ts';
import type { SendEmail } from './emails.ts';

export interface HoldingOptions {
  readonly send: SendEmail;
  readonly settings: HoldSettings;
  readonly log: Logger;
}

/** Sends an e-mail; one that is refused for now waits, and those of the same order wait after it. */
export function holdingHandler(options: HoldingOptions): Handler<EmailRequested, StatefulContext> {
  return async ({ value: email }, context) => {
    const held = context.state(heldOrders);
    const order = await held.get(email.orderId);
    if (order) {
      const longer = addTo(order, email);
      if (!longer) throw new Rejected(`${order.emails.length} e-mails of this order wait already`);
      held.set(email.orderId, longer);
      return;
    }
    const refusal = await trySend(options.send, email);
    if (refusal) hold(context, { emails: [email], refusals: 0, since: Date.now() }, refusal, options);
  };
}

/** Sends what an order has waiting, in order, until one is refused again. */
export function retryHandler(options: HoldingOptions): Handler<EmailRetry, StatefulContext> {
  return async ({ value: retry }, context) => {
    if (retry.type === 'LastAttemptDue') return lastAttempt(options.send, retry.email);
    const held = context.state(heldOrders);
    const order = await held.get(retry.orderId);
    if (!order) return;
    for (const [index, email] of order.emails.entries()) {
      const refusal = await trySend(options.send, email).catch((error) => setAside(context, email, error));
      if (!refusal) continue;
      const emails = order.emails.slice(index);
      const rest = index === 0 ? order : { emails, refusals: 0, since: Date.now() };
      return hold(context, rest, refusal, options);
    }
    held.delete(retry.orderId);
  };
}

function hold(
  context: StatefulContext,
  order: HeldOrder,
  refusal: RefusedForNow,
  { settings, log }: HoldingOptions,
): void {
  const [first] = order.emails;
  if (!first) return;
  const { orderId } = first;
  const next = refused(order, Date.now(), settings);
  switch (next.outcome) {
    case 'held': {
      const { queue, dueAt } = next;
      context.state(heldOrders).set(orderId, next.order);
      context.send(emailHolds, { orderId, queue, dueAt });
      const { refusals } = next.order;
      const nextAttemptAt = new Date(dueAt).toISOString();
      log.warn({ orderId, refusals, nextAttemptAt, reason: refusal.message }, 'the e-mails of an order wait');
      return;
    }
    case 'given up':
      context.state(heldOrders).delete(orderId);
      for (const email of next.emails) context.send(emailRetries, { type: 'LastAttemptDue', orderId, email });
      return;
    default:
      next satisfies never;
  }
}

/** Resolves with the refusal when the e-mail may be taken later. */
async function trySend(send: SendEmail, email: EmailRequested): Promise<RefusedForNow | undefined> {
  try {
    await send(email);
    return undefined;
  } catch (error) {
    if (error instanceof RefusedForNow) return error;
    throw error;
  }
}

/** One that will never be taken must not keep the others of its order: its last attempt makes it a dead letter. */
function setAside(context: StatefulContext, email: EmailRequested, error: unknown): undefined {
  if (!isStreamsError(error, 'REJECTED')) throw error;
  context.send(emailRetries, { type: 'LastAttemptDue', orderId: email.orderId, email });
}

async function lastAttempt(send: SendEmail, email: EmailRequested): Promise<void> {
  const refusal = await trySend(send, email);
  if (refusal) throw new Rejected(`given up after days of refusals: ${refusal.message}`, { cause: refusal });
}
