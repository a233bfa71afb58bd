const securityCode = /^(cvv|cvc|csc|securityCode)$/i;
const identifier = /Id$/;
const cardNumber = /^\d(?:[ -]?\d){11,18}$/;
const cardNumbers = /\d(?:[ -]?\d){11,18}/g;

/**
 * A payload of `payment-events` as it may be shown, in dead letters and on a terminal: security codes are gone, of a
 * card number the last four digits are left. A payload that is not the expected JSON loses every run of 12 to 19 digits.
 */
export function redactPayload(payload: string): string {
  const value = parse(payload);
  return typeof value === 'object' ? JSON.stringify(redact(value)) : payload.replace(cardNumbers, lastFour);
}

/** The same for a value that is parsed already; whatever its shape, since dead letters break the schema. */
export function redact(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'number') {
    return cardNumber.test(String(value)) ? lastFour(String(value)) : value;
  }
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !securityCode.test(key))
      .map(([key, content]) => [key, identifier.test(key) ? content : redact(content)]),
  );
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

function lastFour(digits: string): string {
  return `…${digits.slice(-4)}`;
}
