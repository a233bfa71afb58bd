import { bytesPerRead } from '../entries/fetch-size.ts';
import type { LeaseEntries } from './lease-entries.ts';

/** After so many full fetches in a row it is worth reading ahead. What is read ahead is pending, so that an idle group shows what is really in flight. */
const fullForAhead = 2;

export interface ReadAheadOptions {
  readonly maxInFlight: number;
  /** Aborts when the lease is revoked or lost. */
  readonly end: AbortSignal;
  readonly onRead: () => void;
  readonly onError: (error: unknown) => void;
}

/** Reads a lease's streams in the background, so that the next records are mostly there when they are asked for. */
export class ReadAhead {
  readonly #entries: LeaseEntries;
  readonly #options: ReadAheadOptions;
  #reading: Promise<void> | undefined;
  /** What a waiting fetch would take at most; 0: nobody waits. */
  #wanted = 0;
  /** Fetches in a row that were given all they asked for. */
  #full = 0;
  #failed = false;

  constructor(entries: LeaseEntries, options: ReadAheadOptions) {
    this.#entries = entries;
    this.#options = options;
  }

  fetchBegins(max: number): void {
    this.#wanted = max;
    this.#failed = false;
  }

  /** The fetch found so many in the buffers; what it has is not read for it once more. */
  looked(found: number): void {
    if (found > 0) this.#wanted = 0;
    else this.start();
  }

  fetchEnded(max: number, taken: number): void {
    this.#wanted = 0;
    this.#full = taken >= max ? this.#full + 1 : 0;
    this.start();
  }

  /** Reads on unless that is under way or pointless. */
  start(): void {
    if (this.#reading !== undefined || this.#failed || this.#capacity() === 0) return;
    this.#reading = this.#readOn()
      .catch((error: unknown) => {
        this.#failed = true;
        this.#options.onError(error);
      })
      .finally(() => {
        this.#reading = undefined;
        this.start();
      });
  }

  /** Resolves once no read is under way. */
  async idle(): Promise<void> {
    while (this.#reading !== undefined) await this.#reading;
  }

  async #readOn(): Promise<void> {
    const { end, onRead } = this.#options;
    for (let room = this.#capacity(); room > 0; room = this.#capacity()) {
      if (await this.#entries.read(room)) onRead();
      else if (!end.aborted) await this.#entries.arrival(end);
    }
  }

  /** How many records to read: what somebody waits for or, under load, as much as there is room for once that is a good part of the window. Large ones are not read ahead of others. */
  #capacity(): number {
    const { cursors, fetched } = this.#entries;
    const { maxInFlight, end } = this.#options;
    if (end.aborted || cursors.some(({ redeliverIndividually }) => redeliverIndividually)) return 0;
    const room = maxInFlight - fetched;
    const buffered = cursors.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0);
    const ahead = this.#full >= fullForAhead && room >= maxInFlight / 2 && buffered < bytesPerRead / 2;
    if (ahead) return Math.max(0, room);
    if (cursors.some(({ buffer }) => buffer.length > 0)) return 0;
    return Math.max(0, Math.min(room, this.#wanted));
  }
}
