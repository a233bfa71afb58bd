import { anySignal, type Delivery, isStreamsError, type Position, StreamsError } from '@millrace/streams';
import type { Commit, Lease } from '@millrace/streams/driver';
import type { WireLease } from '../protocol.ts';
import { type Context, reportLosses } from './context.ts';
import { decodeDelivery, encodeRecord, positionOf } from './wire.ts';

/** A lease. The server refuses what comes with an epoch that is over, whatever this process believes. */
export class ExampleLease implements Lease {
  readonly group: string;
  readonly partition: number;
  readonly epoch: number;
  readonly revoked: AbortSignal;
  readonly lost: AbortSignal;
  readonly #context: Context;
  readonly #revoke: AbortController = new AbortController();
  readonly #lose: AbortController = new AbortController();
  /** Commits that are stored, in case the caller repeats one. */
  readonly #stored: WeakSet<Commit> = new WeakSet();
  #disposed: Promise<void> | undefined;

  constructor(context: Context, group: string, { partition, epoch }: WireLease) {
    this.#context = context;
    this.group = group;
    this.partition = partition;
    this.epoch = epoch;
    this.revoked = this.#revoke.signal;
    this.lost = this.#lose.signal;
  }

  async fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    const stop = anySignal([options.signal, this.revoked, this.lost]);
    if (stop.aborted) return [];
    try {
      const { deliveries, losses } = await this.#context.connection.call(
        'fetch',
        { ...this.#name, max },
        stop,
      );
      reportLosses(this.#context, this.group, losses);
      if (deliveries.length > 0 || stop.aborted) return deliveries.map(decodeDelivery);
    } catch (error) {
      this.#loseIfFenced(error);
      if (this.lost.aborted) return [];
      throw error;
    }
    return await this.fetch(max, options);
  }

  async seek(positions: readonly Position[]): Promise<void> {
    await this.#call('seekLease', { ...this.#name, positions: positions.map(positionOf) });
  }

  async load(store: string, keys: readonly string[]): Promise<(string | undefined)[]> {
    const values = await this.#call('load', { ...this.#name, store, keys });
    return values.map((value) => value ?? undefined);
  }

  async knownDedupeIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await this.#call('knownDedupeIds', { ...this.#name, ids }));
  }

  async commit(commit: Commit): Promise<void> {
    if (this.lost.aborted || this.#disposed !== undefined) throw this.#fenced();
    if (this.#stored.has(commit)) return;
    const { acknowledged, outputs, state, dedupeIds, failed } = commit;
    await this.#call('commit', {
      ...this.#name,
      commit: {
        acknowledged: acknowledged.map(positionOf),
        outputs: outputs.map(encodeRecord),
        state,
        dedupeIds,
        ...(failed && { failed: { record: positionOf(failed.record), attempts: failed.attempts } }),
      },
    });
    this.#stored.add(commit);
  }

  revoke(): void {
    if (!this.revoked.aborted)
      this.#revoke.abort(new StreamsError('FENCED', `partition ${this.partition} goes to another member`));
  }

  lose(): void {
    if (!this.lost.aborted) this.#lose.abort(this.#fenced());
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#release();
    return this.#disposed;
  }

  async #release(): Promise<void> {
    try {
      if (!this.lost.aborted) await this.#context.connection.call('release', this.#name);
    } catch {
      // Without a connection the server has taken it back already.
    } finally {
      this.lose();
    }
  }

  #call: Context['connection']['call'] = async (name, parameters) => {
    try {
      return await this.#context.connection.call(name, parameters);
    } catch (error) {
      this.#loseIfFenced(error);
      throw error;
    }
  };

  get #name(): { readonly group: string; readonly partition: number; readonly epoch: number } {
    return { group: this.group, partition: this.partition, epoch: this.epoch };
  }

  #loseIfFenced(error: unknown): void {
    if (isStreamsError(error, 'FENCED')) this.lose();
  }

  #fenced(): StreamsError {
    return new StreamsError(
      'FENCED',
      `the lease of partition ${this.partition} of group ${this.group} (epoch ${this.epoch}) is no longer held by this member`,
    );
  }
}
