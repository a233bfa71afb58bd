import type { Commit } from '@millrace/streams';
import { commit, encodeCommit } from './commands/commit.ts';
import type { Context } from './context.ts';
import type { SourcePlace } from './lease-source.ts';
import { deliverOutbox } from './outbox.ts';
import type { Connection } from './scripts.ts';

/** Stores the steps of one lease, each under a number of its own, so that a repeated one is recognized. */
export class LeaseSteps {
  readonly #context: Context;
  readonly #place: SourcePlace;
  readonly #numbers = new WeakMap<Commit, number>();
  readonly #fetches: () => number;
  #last = 0;
  #confirmed = 0;

  /** `fetches` tells the number of the last fetch that the server confirmed. */
  constructor(context: Context, place: SourcePlace, fetches: () => number) {
    this.#context = context;
    this.#place = place;
    this.#fetches = fetches;
  }

  /** One step at a time: a later one must not be stored before an earlier one that is being repeated. */
  async store(step: Commit): Promise<void> {
    const number = this.#numbers.get(step) ?? ++this.#last;
    this.#numbers.set(step, number);
    const { options, holder, partition } = this.#place;
    const { client, catalog } = this.#context;
    for (const { topic } of step.outputs) if (!catalog.has(topic)) await catalog.topic(topic);
    const encoded = encodeCommit({
      holder,
      partition,
      number,
      confirmed: { commit: this.#confirmed, fetch: this.#fetches() },
      dedupeWindow: options.dedupeWindow,
      step,
      streamOf: (topic, at) => catalog.key(topic, at),
      elsewhere: (at) => this.#elsewhere(at),
    });
    const run = (connection: Connection): Promise<void> => commit(connection, encoded);
    if (options.acks === 'all') await client.durable(holder.lease).write(run);
    else await run(client.writer(holder.lease));
    this.#confirmed = Math.max(this.#confirmed, number);
    if (step.outputs.some((record) => this.#elsewhere(record.partition))) await this.deliver();
  }

  /** Takes outputs for other slots of a Cluster to where they go, also those that an earlier owner left. */
  async deliver(): Promise<void> {
    if (!this.#context.client.cluster) return;
    const { holder, partition, options } = this.#place;
    await deliverOutbox(this.#context, { group: holder.group, partition, acks: options.acks });
  }

  #elsewhere(partition: number): boolean {
    return this.#context.client.cluster && partition !== this.#place.partition;
  }
}
