import { hasCode } from './errors.ts';
import type { Connection } from './scripts.ts';
import type { Wire } from './wire/wire.ts';
import { Wires } from './wire/wires.ts';

type Arguments = (string | Buffer | number)[];

/** A connection of its own to whichever master has a slot, made anew when it broke: WAIT speaks of the writes of one connection. */
export class SlotConnection implements Connection {
  readonly #wires: Wires;

  constructor(open: () => Promise<Wire>) {
    this.#wires = new Wires(open);
  }

  call(command: string, args: Arguments): Promise<unknown> {
    return this.#send((connection) => connection.call(command, args));
  }

  callBuffer(command: string, args: Arguments): Promise<unknown> {
    return this.#send((connection) => connection.callBuffer(command, args));
  }

  close(): void {
    this.#wires.close();
  }

  async #send(run: (connection: Wire) => Promise<unknown>): Promise<unknown> {
    const connection = await this.#current();
    try {
      return await run(connection);
    } catch (error) {
      // A server that no longer has the slot did not run the command.
      if (!(hasCode(error, 'MOVED') || hasCode(error, 'READONLY'))) throw error;
      connection.close();
      return await run(await this.#current());
    }
  }

  #current(): Promise<Wire> {
    return this.#wires.to('');
  }
}
