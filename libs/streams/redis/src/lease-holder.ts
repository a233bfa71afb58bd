import type { Holder } from './commands/lease.ts';

const separator = '/';

export interface LeaseHolderOptions extends Pick<Holder, 'lease' | 'token' | 'group'> {
  readonly owner: string;
  readonly epoch: number;
}

/**
 * Who acts on a lease, by the name of a consumer that nobody had before. A command of an earlier lease, or one whose
 * connection broke, may still be executed; what it takes then lies with another name, and is found.
 */
export class LeaseHolder implements Holder {
  readonly lease: string;
  readonly token: string;
  readonly group: string;
  readonly #prefix: string;
  #generation = 0;

  constructor({ lease, token, group, owner, epoch }: LeaseHolderOptions) {
    this.lease = lease;
    this.token = token;
    this.group = group;
    this.#prefix = `${owner}${separator}${epoch}`;
  }

  get member(): string {
    return this.#generation === 0 ? this.#prefix : `${this.#prefix}.${this.#generation}`;
  }

  /** To be called when nobody knows what a command did. */
  rename(): void {
    this.#generation += 1;
  }
}

/** The member behind a consumer of a partitioned or competing group. */
export function memberOf(consumer: string): string {
  const end = consumer.lastIndexOf(separator);
  return end < 0 ? consumer : consumer.slice(0, end);
}
