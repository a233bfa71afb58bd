import type { Connection } from '../commands/script.ts';
import { isForbidden } from '../errors.ts';
import type { RawConnection } from '../protocol/raw-connection.ts';

/** A connection for one blocking read at a time, and a way to interrupt that read. */
export class BlockingReader {
  readonly #connection: RawConnection;
  /** Leads to the same server and never blocks. */
  readonly #commands: Connection;
  #id: number | undefined;

  constructor(connection: RawConnection, commands: Connection) {
    this.#connection = connection;
    this.#commands = commands;
  }

  /** False where the server lets nobody be interrupted: the command is disabled, or this user may not give it. */
  async canInterrupt(): Promise<boolean> {
    try {
      this.#id ??= Number(await this.#connection.call('CLIENT', ['ID']));
      return true;
    } catch (error) {
      if (isForbidden(error)) return false;
      throw error;
    }
  }

  async read(args: (string | number)[]): Promise<unknown> {
    return await this.#connection.callBuffer('XREAD', args);
  }

  /** Ends the read under way early, if the server has seen it by now. */
  async interrupt(): Promise<void> {
    if (this.#id !== undefined) await this.#commands.call('CLIENT', ['UNBLOCK', String(this.#id)]);
  }

  /** False once the connection broke: it does not come back. */
  get usable(): boolean {
    return this.#connection.usable;
  }

  close(): void {
    this.#connection.close();
  }
}
