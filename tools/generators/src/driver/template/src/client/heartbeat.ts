import type { Connection } from './connection.ts';

/** Proves to the server that a member lives, three times in each lease. */
export class Heartbeat implements Disposable {
  readonly #timer: NodeJS.Timeout;
  /** Until when ownership is proven, on this process's own clock; the server's never runs out later. */
  #provenUntil: number;

  /** `onUnproven` is called when the lease time has passed without proof, or the server says that the member is evicted. */
  constructor(
    connection: Connection,
    name: { readonly group: string; readonly member: string },
    options: { readonly leaseMs: number; readonly onUnproven: () => void },
  ) {
    const { leaseMs, onUnproven } = options;
    this.#provenUntil = performance.now() + leaseMs;
    this.#timer = setInterval(async () => {
      const sentAt = performance.now();
      if (sentAt > this.#provenUntil) {
        this.#provenUntil = sentAt + leaseMs;
        onUnproven();
        return;
      }
      // A call that fails proves nothing: the time runs out, or the next one succeeds.
      const alive = await connection.call('heartbeat', name).catch(() => undefined);
      if (alive === true) this.#provenUntil = Math.max(this.#provenUntil, sentAt + leaseMs);
      if (alive === false) onUnproven();
    }, leaseMs / 3);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
