import type { LeaseHolder } from '../commands/lease.ts';
import { consumerName } from '../keys.ts';

export interface LeaseConsumerOptions extends Pick<LeaseHolder, 'lease' | 'token' | 'group'> {
  readonly owner: string;
  readonly epoch: number;
}

/**
 * Who acts on a lease, by the name of a consumer that nobody had before. A command of an earlier lease, or one whose
 * connection broke, may still be executed; what it takes then lies with another name, and is found.
 */
export class LeaseConsumer implements LeaseHolder {
  readonly lease: string;
  readonly token: string;
  readonly group: string;
  readonly #prefix: string;
  #generation = 0;

  constructor({ lease, token, group, owner, epoch }: LeaseConsumerOptions) {
    this.lease = lease;
    this.token = token;
    this.group = group;
    this.#prefix = consumerName(owner, epoch);
  }

  get member(): string {
    return this.#generation === 0 ? this.#prefix : `${this.#prefix}.${this.#generation}`;
  }

  /** To be called when nobody knows what a command did. */
  rename(): void {
    this.#generation += 1;
  }
}
