import { randomUUID } from 'node:crypto';
import {
  type CompetingMember,
  type CompetingStep,
  type Delivery,
  type GroupOptions,
  type StoredRecord,
  StreamsError,
} from '@millrace/streams';
import { type Chunk, encodeChunks } from './chunk.ts';
import type { Claim } from './claim-table.ts';
import { Claiming, type Loss } from './claiming.ts';
import { monotonicNow } from './clock.ts';
import { Coordination } from './coordination.ts';
import type { Engine } from './engine.ts';
import type { Group } from './group-table.ts';
import type { LogTransaction } from './log-transaction.ts';
import type { Tables } from './tables.ts';

/** A member of a competing group; its claims are rows, kept its own by its heartbeat. */
export class EmbeddedCompetingMember implements CompetingMember {
  readonly member: string;
  readonly lost: AbortSignal;
  readonly #lose: AbortController = new AbortController();
  readonly #engine: Engine;
  readonly #tables: Tables;
  readonly #coordination: Coordination;
  readonly #group: Group;
  readonly #options: GroupOptions;
  readonly #claiming: Claiming;
  readonly #onClosed: () => void;
  /** By position, what is fetched and not settled. */
  readonly #held: Map<string, Claim> = new Map();
  readonly #landed: WeakSet<CompetingStep> = new WeakSet();
  readonly #heartbeat: NodeJS.Timeout;
  #expires: number;
  #fetching = 0;
  #closed: Promise<void> | undefined;

  private constructor(
    engine: Engine,
    tables: Tables,
    joined: {
      readonly group: Group;
      readonly member: string;
      readonly options: GroupOptions;
      readonly onClosed: (member: EmbeddedCompetingMember) => void;
    },
  ) {
    const { group, member, options } = joined;
    this.#engine = engine;
    this.#tables = tables;
    this.#coordination = new Coordination(engine, tables);
    this.#group = group;
    this.member = member;
    this.#options = options;
    this.#onClosed = () => joined.onClosed(this);
    this.lost = this.#lose.signal;
    const partitions = options.topics.flatMap((topic) => [...engine.catalog.partitions(topic)]);
    this.#claiming = new Claiming(engine, tables, group, { name: member, partitions });
    this.#expires = monotonicNow() + options.leaseMs;
    this.#heartbeat = setInterval(() => this.#beat(), options.leaseMs / 3);
  }

  static async join(
    engine: Engine,
    tables: Tables,
    name: string,
    options: GroupOptions,
    onClosed: (member: EmbeddedCompetingMember) => void,
  ): Promise<EmbeddedCompetingMember> {
    const member = `${process.pid}-${randomUUID().slice(0, 8)}`;
    const coordination = new Coordination(engine, tables);
    const group = await engine.write((transaction) =>
      coordination.enter(transaction, name, { mode: 'competing', member, options }),
    );
    return new EmbeddedCompetingMember(engine, tables, { group, member, options, onClosed });
  }

  async fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    const { news, translate } = this.#engine;
    try {
      while (!options.signal.aborted && !this.lost.aborted && this.#closed === undefined) {
        const { version } = news;
        const room = Math.min(max, this.#options.window - this.#held.size - this.#fetching);
        const deliveries = room > 0 ? await this.#take(room) : [];
        if (deliveries.length > 0) return deliveries;
        await news.after(version, options.signal);
      }
      return [];
    } catch (error) {
      throw translate(error);
    }
  }

  async commit(steps: readonly CompetingStep[]): Promise<('committed' | 'fenced')[]> {
    const waiting = steps.filter((step) => !this.#landed.has(step));
    if (waiting.length > 0) await this.#store(waiting);
    const answers = steps.map((step) => (this.#landed.has(step) ? 'committed' : 'fenced'));
    if (this.#options.acks === 'all') await this.#engine.disk.sync();
    return answers;
  }

  async release(deliveries: readonly Delivery[]): Promise<void> {
    const claims = deliveries.flatMap((delivery) => this.#held.get(placeOf(delivery)) ?? []);
    if (claims.length === 0) return;
    await this.#engine.write((transaction) => {
      for (const claim of claims) this.#tables.claims.giveBack(claim);
      transaction.announce();
    });
    this.#forget(deliveries);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#engine.news.wake();
    try {
      await this.#engine.write((transaction) =>
        this.#coordination.remove(transaction, this.#group, this.member),
      );
    } finally {
      this.#abandon();
      this.#onClosed();
    }
  }

  async #take(max: number): Promise<Delivery[]> {
    if (monotonicNow() >= this.#expires || !this.#claiming.hasWork()) return [];
    this.#fetching += max;
    try {
      const taken = await this.#engine.write((transaction) => {
        this.#coordination.evictSilent(transaction, this.#group);
        return this.#claiming.take(max);
      });
      for (const [index, delivery] of taken.deliveries.entries()) {
        const claim = taken.claims[index];
        if (claim !== undefined) this.#held.set(placeOf(delivery), claim);
      }
      for (const loss of taken.losses) this.#reportLoss(loss);
      return [...taken.deliveries];
    } finally {
      this.#fetching -= max;
    }
  }

  async #store(steps: readonly CompetingStep[]): Promise<void> {
    const { catalog, encoder } = this.#engine;
    const prepared = steps.map((step) => ({ step, chunks: encodeChunks(step.outputs, catalog, encoder) }));
    const bytes = prepared.reduce(
      (sum, { chunks }) => sum + chunks.reduce((all, chunk) => all + chunk.body.length, 0),
      0,
    );
    const stored = await this.#engine.write(
      (transaction) => {
        for (const { chunks } of prepared) for (const chunk of chunks) transaction.check(chunk.partition);
        return prepared.filter(({ step, chunks }) => this.#apply(transaction, step, chunks));
      },
      { bytes },
    );
    for (const { step } of stored) this.#landed.add(step);
    this.#forget(steps.filter((step) => step.settled || !this.#landed.has(step)).map((step) => step.record));
  }

  #forget(records: readonly StoredRecord[]): void {
    for (const record of records) this.#held.delete(placeOf(record));
    this.#engine.news.wake();
  }

  /** False when the message belongs to another member by now. */
  #apply(transaction: LogTransaction, step: CompetingStep, chunks: readonly Chunk[]): boolean {
    const claim = this.#held.get(placeOf(step.record));
    if (claim === undefined || this.lost.aborted || !this.#tables.claims.owns(claim)) return false;
    if (step.settled) this.#tables.claims.settle(claim);
    else if (step.attempts !== undefined) this.#tables.claims.fail(claim, step.attempts);
    for (const chunk of chunks) transaction.append(chunk);
    return true;
  }

  #beat(): void {
    const started = monotonicNow();
    const renewing = this.#engine.write(
      (transaction) => {
        const expires = monotonicNow() + this.#options.leaseMs;
        const alive = this.#tables.members.renew(this.#group.id, this.member, expires);
        this.#coordination.evictSilent(transaction, this.#group);
        return alive ? expires : undefined;
      },
      { urgent: true },
    );
    renewing.then(
      (expires) => {
        if (expires === undefined) this.#abandon();
        else this.#expires = expires;
      },
      () => {
        if (this.#expires < started) this.#abandon();
      },
    );
  }

  #abandon(): void {
    if (this.lost.aborted) return;
    clearInterval(this.#heartbeat);
    this.#lose.abort(
      new StreamsError(
        'FENCED',
        `Member ${this.member} of group ${this.#group.name} no longer holds its messages`,
      ),
    );
    this.#engine.news.wake();
  }

  #reportLoss({ partition, from, through }: Loss): void {
    const { topic, number } = partition;
    const count = through - from + 1;
    this.#engine.notify({
      kind: 'records-lost',
      message: `Group ${this.#group.name} lost ${count} records of ${topic}:${number} (offsets ${from} to ${through}): they were trimmed before the group settled them`,
      details: {
        group: this.#group.name,
        topic,
        partition: number,
        from: String(from),
        through: String(through),
        count,
      },
    });
  }
}

function placeOf(record: StoredRecord): string {
  return `${record.partition}:${record.offset}:${record.topic}`;
}
