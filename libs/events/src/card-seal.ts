import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';
import { Rejected } from '@millrace/streams';
import type {
  Card,
  PaymentEvent,
  PaymentRequested,
  SealedCard,
  UnsealedPaymentEvent,
  UnsealedPaymentRequested,
} from './payment-events.ts';

const algorithm = 'aes-256-gcm';
/** The first byte of what is sealed: version, nonce, encrypted expiry and number, authentication tag. */
const version = 1;
const headerBytes = 1 + 12;
const authTagLength = 16;

/** The event as it may be published: its card can be read with the key alone, and only in the event that it was sealed in. */
export function sealPaymentEvent(event: UnsealedPaymentEvent, key: KeyObject): PaymentEvent {
  return event.type === 'PaymentRequested' ? { ...event, card: sealCard(event, key) } : event;
}

/** The event with its card as a number. Throws Rejected, without any content, for a card that the key does not open. */
export function openPaymentEvent(event: PaymentEvent, key: KeyObject): UnsealedPaymentEvent {
  return event.type === 'PaymentRequested' ? { ...event, card: openCard(event, key) } : event;
}

function sealCard(payment: UnsealedPaymentRequested, key: KeyObject): SealedCard {
  const { number, expiry } = payment.card;
  const lastFour = number.slice(-4);
  const header = Buffer.allocUnsafe(headerBytes);
  header[0] = version;
  const cipher = createCipheriv(algorithm, key, randomFillSync(header, 1).subarray(1), { authTagLength });
  cipher.setAAD(boundTo(payment, lastFour));
  const content = cipher.update(expiry + number, 'latin1');
  cipher.final();
  return { lastFour, sealed: Buffer.concat([header, content, cipher.getAuthTag()]).toString('base64url') };
}

function openCard(payment: PaymentRequested, key: KeyObject): Card {
  const sealed = Buffer.from(payment.card.sealed, 'base64url');
  if (sealed.length < headerBytes + authTagLength)
    throw new Rejected('the card cannot be opened: it is cut off');
  if (sealed[0] !== version) {
    throw new Rejected(
      `the card cannot be opened: it was sealed in format ${sealed[0]}, and this version knows format ${version}; update it and redrive`,
    );
  }
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

/** What a sealed card belongs to, in one way of writing it: none can be moved to another order or shown as another card. */
function boundTo({ type, orderId }: PaymentRequested | UnsealedPaymentRequested, lastFour: string): Buffer {
  return Buffer.from(JSON.stringify([version, type, orderId, lastFour]));
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
