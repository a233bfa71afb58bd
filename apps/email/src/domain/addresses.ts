import type { EmailRequested } from '@millrace/events';

/** Made of the event alone, so a repeated send has the same one (RFC 5322, `msg-id`). */
export function messageIdOf(email: EmailRequested, domain: string): string {
  const reference = email.status === 'payment_refunded' ? email.refundId : email.orderId;
  return `<${email.status}.${atom(reference)}@${domain}>`;
}

/** Where a payer's e-mails go: the shop keeps no addresses, every payer has a mailbox at its domain. */
export function addressOf(payerId: string, domain: string): string {
  return `${atom(payerId)}@${domain}`;
}

/** Any text as an RFC 5322 atom; different texts stay different. */
function atom(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[^A-Za-z0-9%-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
