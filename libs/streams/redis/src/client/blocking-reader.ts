import type { Redis } from 'ioredis';
import type { Connection } from '../commands/script.ts';

/** A connection for one blocking read at a time, and a way to interrupt that read. */
export class BlockingReader {
  readonly #connection: Redis;
  /** Leads to the same server and never blocks. */
  readonly #commands: Connection;
  #id: number | undefined;

  constructor(connection: Redis, commands: Connection) {
    this.#connection = connection;
    this.#commands = commands;
  }

  async read(args: (string | number)[]): Promise<unknown> {
    try {
      this.#id ??= Number(await this.#connection.call('CLIENT', ['ID']));
      return await this.#connection.callBuffer('XREAD', args);
    } catch (error) {
      this.#id = undefined;
      throw error;
    }
  }

  /** Ends the read under way early, if the server has seen it by now. */
  async interrupt(): Promise<void> {
    if (this.#id !== undefined) await this.#commands.call('CLIENT', ['UNBLOCK', String(this.#id)]);
  }

  /** False when the connection will not come back by itself. */
  get usable(): boolean {
    return this.#connection.status !== 'end';
  }

  close(): void {
    this.#connection.disconnect();
  }
}
