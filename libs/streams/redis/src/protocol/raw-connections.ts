import { connectionClosed } from '../errors.ts';
import type { RawConnection } from './raw-connection.ts';

/** One connection for each server; a broken one is opened again on demand, a failed attempt is not remembered. */
export class RawConnections {
  readonly #open: (server: string) => Promise<RawConnection>;
  readonly #rawConnections = new Map<string, Promise<RawConnection>>();
  #closed = false;

  constructor(open: (server: string) => Promise<RawConnection>) {
    this.#open = open;
  }

  async to(server: string): Promise<RawConnection> {
    if (this.#closed) throw connectionClosed();
    const known = this.#rawConnections.get(server);
    if (known !== undefined) {
      const raw = await known;
      if (raw.usable) return raw;
      if (this.#rawConnections.get(server) === known) this.#rawConnections.delete(server);
      return await this.to(server);
    }
    const opening = this.#open(server);
    this.#rawConnections.set(server, opening);
    try {
      const raw = await opening;
      if (this.#closed) raw.close();
      return raw;
    } catch (error) {
      if (this.#rawConnections.get(server) === opening) this.#rawConnections.delete(server);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const opening of this.#rawConnections.values())
      opening.then(
        (raw) => raw.close(),
        () => undefined,
      );
  }
}
