import { createHash, randomUUID } from 'node:crypto';
import { HttpProblem } from '@millrace/service';

const remembered = 10_000;

/** The id that an Idempotency-Key of a customer stands for, on every storefront and after every restart. */
export function idOf(prefix: string, key: string, customerId: string | undefined): string {
  return `${prefix}-${digest(`${prefix}\n${customerId ?? ''}\n${key}`).slice(0, 24)}`;
}

/**
 * Gives requests their ids. A repeated request makes the same events, which have an effect once; a key that comes back
 * with another request is refused, as long as this process remembers it.
 */
export class RequestNames {
  readonly #requests = new Map<string, string>();

  /** `request` is all that was asked for, in one order of its fields. */
  nameOf(prefix: string, key: string | undefined, request: object): string {
    if (key === undefined) return `${prefix}-${randomUUID()}`;
    const customerId = 'customerId' in request ? String(request.customerId) : undefined;
    const id = idOf(prefix, key, customerId);
    const content = digest(JSON.stringify(request));
    const known = this.#requests.get(id);
    if (known !== undefined && known !== content) throw keyUsedTwice();
    this.#requests.set(id, content);
    const [oldest] = this.#requests.keys();
    if (this.#requests.size > remembered && oldest !== undefined) this.#requests.delete(oldest);
    return id;
  }
}

function keyUsedTwice(): HttpProblem {
  const detail = 'This Idempotency-Key was used for another request; use a new one.';
  return new HttpProblem(422, 'Unprocessable Content', detail);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
