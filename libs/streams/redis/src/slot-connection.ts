import type { Redis } from 'ioredis';
import { hasCode } from './errors.ts';
import type { Connection } from './scripts.ts';

type Arguments = (string | Buffer | number)[];

/** A connection of its own to whichever master has a slot: WAIT speaks of the writes of one connection. */
export class SlotConnection implements Connection {
  readonly #open: () => Promise<Redis>;
  #current: Promise<Redis> | undefined;

  constructor(open: () => Promise<Redis>) {
    this.#open = open;
  }

  call(command: string, args: Arguments): Promise<unknown> {
    return this.#send((connection) => connection.call(command, args));
  }

  callBuffer(command: string, args: Arguments): Promise<unknown> {
    return this.#send((connection) => connection.callBuffer(command, args));
  }

  async #send(run: (connection: Redis) => Promise<unknown>): Promise<unknown> {
    const connection = await this.#usable();
    try {
      return await run(connection);
    } catch (error) {
      // A server that no longer has the slot did not run the command.
      if (!(hasCode(error, 'MOVED') || hasCode(error, 'READONLY'))) throw error;
      connection.disconnect();
      this.#current = undefined;
      return await run(await this.#usable());
    }
  }

  async #usable(): Promise<Redis> {
    const current = await this.#opened();
    if (current.status !== 'end' && current.status !== 'close') return current;
    this.#current = undefined;
    return await this.#opened();
  }

  /** An attempt that fails is not remembered. */
  async #opened(): Promise<Redis> {
    this.#current ??= this.#open();
    try {
      return await this.#current;
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
  }
}
