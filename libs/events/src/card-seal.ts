import { createCipheriv, type KeyObject, randomFillSync } from 'node:crypto';
import type {
  PaymentEvent,
  PaymentRequested,
  SealedCard,
  UnsealedPaymentEvent,
  UnsealedPaymentRequested,
} from './payment-events.ts';

/** What is sealed, in bytes: a header of version and nonce, encrypted expiry and number, authentication tag. */
export const formatVersion = 1;
export const headerBytes = 13;
export const authTagLength = 16;
export const algorithm = 'aes-256-gcm';

/** The event as it may be published: its card can be read with the key alone, and only in the event that it was sealed in. */
export function sealPaymentEvent(event: UnsealedPaymentEvent, key: KeyObject): PaymentEvent {
  return event.type === 'PaymentRequested' ? { ...event, card: sealCard(event, key) } : event;
}

function sealCard(payment: UnsealedPaymentRequested, key: KeyObject): SealedCard {
  const { number, expiry } = payment.card;
  const lastFour = number.slice(-4);
  const header = Buffer.allocUnsafe(headerBytes);
  header[0] = formatVersion;
  const cipher = createCipheriv(algorithm, key, randomFillSync(header, 1).subarray(1), { authTagLength });
  cipher.setAAD(boundTo(payment, lastFour));
  const content = cipher.update(expiry + number, 'latin1');
  cipher.final();
  return { lastFour, sealed: Buffer.concat([header, content, cipher.getAuthTag()]).toString('base64url') };
}

/** What a sealed card belongs to, in one way of writing it: none can be moved to another order or shown as another card. */
export function boundTo(
  { type, orderId }: PaymentRequested | UnsealedPaymentRequested,
  lastFour: string,
): Buffer {
  return Buffer.from(JSON.stringify([formatVersion, type, orderId, lastFour]));
}
