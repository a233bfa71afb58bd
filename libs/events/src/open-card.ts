import { createDecipheriv, type KeyObject } from 'node:crypto';
import { Rejected } from '@millrace/streams';
import { algorithm, authTagLength, boundTo, formatVersion, headerBytes } from './card-seal.ts';
import type { Card, PaymentEvent, PaymentRequested, UnsealedPaymentEvent } from './payment-events.ts';

/** The event with its card as a number. Throws Rejected, without any content, for a card that the key does not open. */
export function openPaymentEvent(event: PaymentEvent, key: KeyObject): UnsealedPaymentEvent {
  return event.type === 'PaymentRequested' ? { ...event, card: openCard(event, key) } : event;
}

function openCard(payment: PaymentRequested, key: KeyObject): Card {
  const sealed = Buffer.from(payment.card.sealed, 'base64url');
  if (sealed[0] !== formatVersion) {
    throw new Rejected(
      `the card cannot be opened: it was sealed in format ${sealed[0]}, and this version knows format ${formatVersion}; update it and redrive`,
    );
  }
  if (sealed.length < headerBytes + authTagLength)
    throw new Rejected('the card cannot be opened: it is cut off');
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(1, headerBytes), { authTagLength });
  decipher.setAuthTag(sealed.subarray(-authTagLength));
  decipher.setAAD(boundTo(payment, payment.card.lastFour));
  const content = decipher.update(sealed.subarray(headerBytes, -authTagLength)).toString('latin1');
  if (!isAuthentic(decipher)) throw keyDoesNotMatch();
  const card = /^(?<expiry>\d{4}-\d{2})(?<number>\d{12,19})$/.exec(content)?.groups;
  if (!card) throw new Rejected('the card cannot be opened: what was sealed is no card');
  const { number = '', expiry = '' } = card;
  return { number, expiry };
}

function isAuthentic(decipher: ReturnType<typeof createDecipheriv>): boolean {
  try {
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

function keyDoesNotMatch(): Rejected {
  return new Rejected(
    'the card cannot be opened: the key does not match the one that it was sealed with, or the event was changed; ' +
      'give the payment service the CARD_KEY (or the card.key in DATA_DIR) of whoever published the event, and redrive',
  );
}
