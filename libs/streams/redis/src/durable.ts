import { StreamsError } from '@millrace/streams';
import type { Connection } from './scripts.ts';

/** Writes that count only once replicas, and where the server can say so the disks, have them. */
export class Durable {
  readonly #connection: Connection;
  readonly #replicas: number;
  readonly #disk: boolean;
  readonly #timeoutMs: number;

  constructor(connection: Connection, replicas: number, disk: boolean, timeoutMs: number) {
    this.#connection = connection;
    this.#replicas = replicas;
    this.#disk = disk;
    this.#timeoutMs = timeoutMs;
  }

  /** NOT_REPLICATED when the write is stored but too few have it in time. */
  async write<Result>(run: (connection: Connection) => Promise<Result>): Promise<Result> {
    const result = await run(this.#connection);
    if (this.#disk) await this.#waitForDisks();
    else if (this.#replicas > 0) await this.#waitForReplicas();
    return result;
  }

  async #waitForReplicas(): Promise<void> {
    const copies = Number(await this.#connection.call('WAIT', [this.#replicas, this.#timeoutMs]));
    if (copies < this.#replicas) throw this.#tooFew(copies);
  }

  async #waitForDisks(): Promise<void> {
    const reply = await this.#connection.call('WAITAOF', [1, this.#replicas, this.#timeoutMs]);
    const [local, copies] = Array.isArray(reply) ? reply.map(Number) : [0, 0];
    if (local !== 1 || (copies ?? 0) < this.#replicas) throw this.#tooFew(copies ?? 0);
  }

  #tooFew(copies: number): StreamsError {
    return new StreamsError(
      'NOT_REPLICATED',
      `Redis: ${copies} of ${this.#replicas} replicas had the write after ${this.#timeoutMs} ms; it may be stored all the same`,
    );
  }
}
