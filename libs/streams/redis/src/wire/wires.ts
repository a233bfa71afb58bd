import { connectionClosed } from '../errors.ts';
import type { Wire } from './wire.ts';

/** One wire for each server; a broken one is made anew when somebody asks, a vain attempt is not remembered. */
export class Wires {
  readonly #open: (server: string) => Promise<Wire>;
  readonly #wires = new Map<string, Promise<Wire>>();
  #closed = false;

  constructor(open: (server: string) => Promise<Wire>) {
    this.#open = open;
  }

  async to(server: string): Promise<Wire> {
    if (this.#closed) throw connectionClosed();
    const known = this.#wires.get(server);
    if (known) {
      const wire = await known;
      if (wire.usable) return wire;
      if (this.#wires.get(server) === known) this.#wires.delete(server);
      return await this.to(server);
    }
    const opening = this.#open(server);
    this.#wires.set(server, opening);
    try {
      const wire = await opening;
      if (this.#closed) wire.close();
      return wire;
    } catch (error) {
      if (this.#wires.get(server) === opening) this.#wires.delete(server);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const opening of this.#wires.values())
      opening.then(
        (wire) => wire.close(),
        () => undefined,
      );
  }
}
