import type { Commit } from '@millrace/streams/driver';
import { encodeCommit, storeCommit } from '../commands/commit.ts';
import type { Connection } from '../commands/script.ts';
import type { DriverContext } from '../context.ts';
import type { LeaseEntriesOptions } from './lease-entries.ts';
import { deliverOutbox } from './outbox.ts';

/** Stores the commits of one lease, each under a number of its own, so that a repeated one is recognized. */
export class LeaseCommits {
  readonly #context: DriverContext;
  readonly #options: LeaseEntriesOptions;
  readonly #numbers = new WeakMap<Commit, number>();
  readonly #fetches: () => number;
  #last = 0;
  #confirmed = 0;

  /** `fetches` tells the number of the last fetch that the server confirmed. */
  constructor(context: DriverContext, options: LeaseEntriesOptions, fetches: () => number) {
    this.#context = context;
    this.#options = options;
    this.#fetches = fetches;
  }

  /** One commit at a time: a later one must not be stored before an earlier one that is being repeated. */
  async store(commit: Commit): Promise<void> {
    const number = this.#numbers.get(commit) ?? ++this.#last;
    this.#numbers.set(commit, number);
    const { join, holder, partition } = this.#options;
    const { client, topics } = this.#context;
    for (const { topic } of commit.outputs) if (!topics.has(topic)) await topics.topic(topic);
    const encoded = encodeCommit({
      holder,
      partition,
      number,
      confirmed: { commit: this.#confirmed, fetch: this.#fetches() },
      dedupeWindow: join.dedupeWindow,
      commit,
      streamOf: (topic, at) => topics.key(topic, at),
      elsewhere: (at) => this.#elsewhere(at),
    });
    const run = (connection: Connection): Promise<void> => storeCommit(connection, encoded);
    if (join.acks === 'all') await client.replicatedWriter(holder.lease).write(run);
    else await run(client.writer(holder.lease));
    this.#confirmed = Math.max(this.#confirmed, number);
    if (commit.outputs.some((record) => this.#elsewhere(record.partition))) await this.deliver();
  }

  /** Takes outputs for other slots of a Cluster to where they go, also those that an earlier owner left. */
  async deliver(): Promise<void> {
    if (!this.#context.client.cluster) return;
    const { holder, partition, join } = this.#options;
    await deliverOutbox(this.#context, { group: holder.group, partition, acks: join.acks });
  }

  #elsewhere(partition: number): boolean {
    return this.#context.client.cluster && partition !== this.#options.partition;
  }
}
