import type { Connection } from '../commands/script.ts';
import { hasCode } from '../errors.ts';
import type { RawConnection } from '../protocol/raw-connection.ts';
import { RawConnections } from '../protocol/raw-connections.ts';

type Arguments = (string | Buffer | number)[];

/** A connection of its own to whichever master has a slot, opened again when it broke: WAIT speaks of the writes of one connection. */
export class SlotConnection implements Connection {
  readonly #rawConnections: RawConnections;

  constructor(open: () => Promise<RawConnection>) {
    this.#rawConnections = new RawConnections(open);
  }

  call(command: string, args: Arguments): Promise<unknown> {
    return this.pinned((connection) => connection.call(command, args));
  }

  callBuffer(command: string, args: Arguments): Promise<unknown> {
    return this.pinned((connection) => connection.callBuffer(command, args));
  }

  close(): void {
    this.#rawConnections.close();
  }

  /** Everything that `run` sends goes over one connection; again over another one when the server no longer has the slot. */
  async pinned<Result>(run: (connection: RawConnection) => Promise<Result>): Promise<Result> {
    const connection = await this.#current();
    try {
      return await run(connection);
    } catch (error) {
      // It did not run the command.
      if (!(hasCode(error, 'MOVED') || hasCode(error, 'READONLY'))) throw error;
      connection.close();
      return await run(await this.#current());
    }
  }

  #current(): Promise<RawConnection> {
    return this.#rawConnections.to('');
  }
}
