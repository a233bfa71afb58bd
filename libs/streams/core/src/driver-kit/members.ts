import type { Notice } from '../driver.ts';
/** A member of a group as its driver sees it. */
export interface DriverMember extends AsyncDisposable {
  /** Whether it has left or is leaving for good. */
  readonly closed: boolean;
}

/** The members that an open driver has, also those that are joining: what is not disposed leaves when the driver closes. */
export class Members<Member extends DriverMember> {
  readonly #members = new Set<Member>();
  readonly #joining = new Set<Promise<unknown>>();

  keep(member: Member): void {
    for (const other of this.#members) if (other.closed) this.#members.delete(other);
    this.#members.add(member);
  }

  /** Keeps what comes of joining; {@link close} waits for it. */
  async join<Joining extends Member>(join: () => Promise<Joining>): Promise<Joining> {
    const joining = join().then((member) => {
      this.keep(member);
      return member;
    });
    this.#joining.add(joining);
    try {
      return await joining;
    } finally {
      this.#joining.delete(joining);
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#joining);
    await Promise.allSettled([...this.#members].map((member) => member[Symbol.asyncDispose]()));
  }
}

/** Who wants to hear of a driver's warnings. */
export class Notices {
  readonly #listeners = new Set<(notice: Notice) => void>();

  listen(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  notify(notice: Notice): void {
    for (const listener of this.#listeners) listener(notice);
  }
}
