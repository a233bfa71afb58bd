import { randomUUID } from 'node:crypto';
import { anySignal, type Delivery, StreamsError } from '@millrace/streams';
import type { CompetingCommit, CompetingMember, DriverMember, GroupOptions } from '@millrace/streams/driver';
import { type Context, reportLosses } from './context.ts';
import { Heartbeat } from './heartbeat.ts';
import { decodeDelivery, encodeRecord, encodeStart, positionOf } from './wire.ts';

/** A member of a competing group. Once it is evicted it is over: the library joins under a new name. */
export class ExampleCompetingMember implements CompetingMember, DriverMember {
  readonly member: string = `${process.pid}-${randomUUID().slice(0, 8)}`;
  readonly lost: AbortSignal;
  readonly #context: Context;
  readonly #group: string;
  readonly #lose: AbortController = new AbortController();
  readonly #heartbeat: Heartbeat;
  readonly #stopListening: () => void;
  #closed: Promise<void> | undefined;

  private constructor(context: Context, group: string, { leaseMs }: GroupOptions) {
    this.#context = context;
    this.#group = group;
    this.lost = this.#lose.signal;
    const onUnproven = (): void => this.#loseAll();
    this.#heartbeat = new Heartbeat(context.connection, this.#name, { leaseMs, onUnproven });
    this.#stopListening = context.connection.onLost(onUnproven);
  }

  static async join(context: Context, group: string, options: GroupOptions): Promise<ExampleCompetingMember> {
    const competing = new ExampleCompetingMember(context, group, options);
    try {
      const { topics, start, leaseMs, maxInFlight } = options;
      const given = { mode: 'competing', topics, leaseMs, maxInFlight, dedupeWindow: 0 } as const;
      await context.connection.call('join', {
        ...competing.#name,
        options: { ...given, start: encodeStart(start) },
      });
      return competing;
    } catch (error) {
      competing.#end();
      throw error;
    }
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  async fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    const stop = anySignal([options.signal, this.lost]);
    while (!stop.aborted) {
      try {
        const { deliveries, losses } = await this.#context.connection.call(
          'take',
          { ...this.#name, max },
          stop,
        );
        reportLosses(this.#context, this.#group, losses);
        if (deliveries.length > 0) return deliveries.map(decodeDelivery);
        // Nothing, although nobody cancelled: the server does not know the member.
        if (losses.length === 0 && !stop.aborted) this.#loseAll();
      } catch (error) {
        if (this.lost.aborted) return [];
        throw error;
      }
    }
    return [];
  }

  async commit(steps: readonly CompetingCommit[]): Promise<('committed' | 'fenced')[]> {
    return await this.#context.connection.call('commitTaken', {
      ...this.#name,
      steps: steps.map(({ record, acknowledged, outputs, attempts }) => ({
        record: positionOf(record),
        acknowledged,
        outputs: outputs.map(encodeRecord),
        ...(attempts !== undefined && { attempts }),
      })),
    });
  }

  async release(deliveries: readonly Delivery[]): Promise<void> {
    await this.#context.connection.call('giveBack', { ...this.#name, records: deliveries.map(positionOf) });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#end();
    await this.#context.connection.call('quit', this.#name).catch(() => undefined);
    this.#loseAll();
  }

  #end(): void {
    this.#heartbeat[Symbol.dispose]();
    this.#stopListening();
  }

  get #name(): { readonly group: string; readonly member: string } {
    return { group: this.#group, member: this.member };
  }

  #loseAll(): void {
    if (this.lost.aborted) return;
    this.#lose.abort(
      new StreamsError('FENCED', `member ${this.member} of group ${this.#group} holds nothing any more`),
    );
  }
}
