import type { Notice } from '@millrace/streams';
import { translate } from '../client/errors.ts';

/** A lease that cannot begin makes its member degraded: reported once, with the reason, and once when all of them work. */
export class LeaseHealth {
  readonly #of: { readonly group: string; readonly name: string };
  readonly #notify: (notice: Notice) => void;
  readonly #failing = new Set<number>();
  #reported = false;

  constructor(of: { readonly group: string; readonly name: string }, notify: (notice: Notice) => void) {
    this.#of = of;
    this.#notify = notify;
  }

  failed(partition: number, error: unknown): void {
    this.#failing.add(partition);
    if (this.#reported) return;
    this.#reported = true;
    const { group, name: member } = this.#of;
    const { code, message } = translate(error, `partition ${partition} cannot be read`);
    this.#notify({
      kind: 'group-degraded',
      message: `the member ${member} of group ${group} holds partition ${partition} and cannot begin to read it, retrying: ${message}`,
      details: { group, member, partition, code },
    });
  }

  /** It began, or is not this member's any more. */
  worked(partition: number): void {
    this.#failing.delete(partition);
    if (!this.#reported || this.#failing.size > 0) return;
    this.#reported = false;
    const { group, name: member } = this.#of;
    this.#notify({
      kind: 'group-recovered',
      message: `the member ${member} of group ${group} reads all of its partitions again`,
      details: { group, member },
    });
  }
}
