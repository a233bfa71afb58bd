import { StreamsError } from '@millrace/streams';
import type { Connection } from '../commands/script.ts';
import { hasCode } from '../errors.ts';
import type { RawConnection } from '../protocol/raw-connection.ts';
import { confirmsDisk, parseInfo, setting } from './server-info.ts';
import type { SlotConnection } from './slot-connection.ts';

export const defaultReplicationMs = 2_000;

export interface ReplicatedWriterOptions {
  /** Replicas to wait for. Default: as many as the master has at the time of the write, 1 at most. */
  readonly replicas: number | undefined;
  /** Milliseconds. Default: 2,000. */
  readonly timeoutMs: number | undefined;
}

/** What a write must have reached. */
interface AckRequirement {
  readonly replicas: number;
  readonly disk: boolean;
}

/** Whether WAITAOF of the server behind a connection tells the truth. */
const confirmingDisk = new WeakMap<RawConnection, boolean>();

/** Writes that count only once replicas, and where the server can say so its disk, have them. */
export class ReplicatedWriter {
  readonly #connection: SlotConnection;
  readonly #options: ReplicatedWriterOptions;
  readonly #timeoutMs: number;

  constructor(connection: SlotConnection, options: ReplicatedWriterOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? defaultReplicationMs;
  }

  /** NOT_REPLICATED when the write is stored but too few have it in time. */
  async write<Result>(run: (connection: Connection) => Promise<Result>): Promise<Result> {
    // WAIT speaks of the writes of its own connection: on another one it would confirm what it has never seen.
    return await this.#connection.pinned(async (connection) => {
      const writing = run(connection);
      const asking = this.#ask(connection);
      asking.catch(() => undefined);
      const result = await writing;
      await this.#wait(connection, await asking);
      return result;
    });
  }

  /**
   * Goes out with the write: servers and replicas come and go, and the append-only file is switched while this is open. Only
   * what a server is stays what it is as long as a connection to it.
   */
  async #ask(connection: RawConnection): Promise<AckRequirement> {
    const known = confirmingDisk.get(connection);
    const [text, appendfsync] = await Promise.all([
      connection.call('INFO', [...(known === undefined ? ['server'] : []), 'replication', 'persistence']),
      known === false ? undefined : setting(connection, 'appendfsync'),
    ]);
    const info = parseInfo(String(text));
    const confirms = known ?? confirmsDisk(info);
    confirmingDisk.set(connection, confirms);
    return {
      replicas: this.#options.replicas ?? Math.min(1, Number(info.get('connected_slaves') ?? 0)),
      // With `no` nobody flushes, and WAITAOF would wait in vain.
      disk: confirms && info.get('aof_enabled') === '1' && appendfsync !== 'no',
    };
  }

  async #wait(connection: Connection, { replicas, disk }: AckRequirement): Promise<void> {
    if (!disk && replicas === 0) return;
    try {
      const [local, copies] = disk
        ? ((await connection.call('WAITAOF', [1, replicas, this.#timeoutMs])) as [number, number]).map(Number)
        : [1, Number(await connection.call('WAIT', [replicas, this.#timeoutMs]))];
      if ((copies ?? 0) < replicas)
        throw this.#unconfirmed(
          `${copies ?? 0} of ${replicas} replicas had the write${disk ? ' on their disks (one without an append-only file never has)' : ''}`,
        );
      if (local !== 1) throw this.#unconfirmed('its own disk did not have the write');
    } catch (error) {
      // As when the append-only file is switched off at that moment.
      if (hasCode(error, 'ERR WAITAOF cannot be used when numlocal'))
        return await this.#wait(connection, { replicas, disk: false });
      throw error;
    }
  }

  #unconfirmed(what: string): StreamsError {
    return new StreamsError(
      'NOT_REPLICATED',
      `Redis: ${what} after ${this.#timeoutMs} ms; it may be stored all the same`,
    );
  }
}
