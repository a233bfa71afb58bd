import { StreamsError } from '@millrace/streams';
import type { Connection } from '../commands/script.ts';

export const defaultReplicationMs = 2_000;

/** What a write must have reached. */
export interface AckRequirement {
  readonly replicas: number;
  readonly waitsForDisk: boolean;
}

/** Writes that count only once replicas, and where the server can say so the disks, have them. */
export class ReplicatedWriter {
  readonly #connection: Connection;
  readonly #requirement: () => AckRequirement;
  readonly #timeoutMs: number;

  /** `requirement` is asked after each write, of the server that took it. */
  constructor(
    connection: Connection,
    requirement: () => AckRequirement,
    timeoutMs: number = defaultReplicationMs,
  ) {
    this.#connection = connection;
    this.#requirement = requirement;
    this.#timeoutMs = timeoutMs;
  }

  /** NOT_REPLICATED when the write is stored but too few have it in time. */
  async write<Result>(run: (connection: Connection) => Promise<Result>): Promise<Result> {
    const result = await run(this.#connection);
    const { replicas, waitsForDisk } = this.#requirement();
    if (waitsForDisk) await this.#waitForDisks(replicas);
    else if (replicas > 0) await this.#waitForReplicas(replicas);
    return result;
  }

  async #waitForReplicas(replicas: number): Promise<void> {
    const copies = Number(await this.#connection.call('WAIT', [replicas, this.#timeoutMs]));
    if (copies < replicas) throw this.#tooFew(copies, replicas);
  }

  async #waitForDisks(replicas: number): Promise<void> {
    const reply = await this.#connection.call('WAITAOF', [1, replicas, this.#timeoutMs]);
    const [local, copies] = Array.isArray(reply) ? reply.map(Number) : [0, 0];
    if (local !== 1 || (copies ?? 0) < replicas) throw this.#tooFew(copies ?? 0, replicas);
  }

  #tooFew(copies: number, replicas: number): StreamsError {
    return new StreamsError(
      'NOT_REPLICATED',
      `Redis: ${copies} of ${replicas} replicas had the write after ${this.#timeoutMs} ms; it may be stored all the same`,
    );
  }
}
