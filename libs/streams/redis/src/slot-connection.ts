import { hasCode } from './errors.ts';
import type { Connection } from './scripts.ts';
import type { Wire } from './wire/wire.ts';

type Arguments = (string | Buffer | number)[];

/** A connection of its own to whichever master has a slot, made anew when it broke: WAIT speaks of the writes of one connection. */
export class SlotConnection implements Connection {
  readonly #open: () => Promise<Wire>;
  #current: Promise<Wire> | undefined;

  constructor(open: () => Promise<Wire>) {
    this.#open = open;
  }

  call(command: string, args: Arguments): Promise<unknown> {
    return this.#send((connection) => connection.call(command, args));
  }

  callBuffer(command: string, args: Arguments): Promise<unknown> {
    return this.#send((connection) => connection.callBuffer(command, args));
  }

  close(): void {
    this.#current?.then(
      (wire) => wire.close(),
      () => undefined,
    );
  }

  async #send(run: (connection: Wire) => Promise<unknown>): Promise<unknown> {
    const connection = await this.#usable();
    try {
      return await run(connection);
    } catch (error) {
      // A server that no longer has the slot did not run the command.
      if (!(hasCode(error, 'MOVED') || hasCode(error, 'READONLY'))) throw error;
      connection.close();
      this.#current = undefined;
      return await run(await this.#usable());
    }
  }

  async #usable(): Promise<Wire> {
    const current = await this.#opened();
    if (current.usable) return current;
    this.#current = undefined;
    return await this.#opened();
  }

  /** An attempt that fails is not remembered. */
  async #opened(): Promise<Wire> {
    this.#current ??= this.#open();
    try {
      return await this.#current;
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
  }
}
