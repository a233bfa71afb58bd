import type { Streams } from '@millrace/streams';
import type { BackendKind } from '../events.ts';
import type { FactLog } from './fact-log.ts';
import type { StageMembers } from './stage-members.ts';
import type { StageRecords } from './stage-records.ts';
import { waitUntil } from './wait-until.ts';

const mostListed = 100;

export interface StageGroupsOptions {
  readonly backend: BackendKind;
  readonly streams: Streams;
  readonly log: FactLog;
  readonly signal: AbortSignal;
  readonly records: StageRecords;
  readonly members: StageMembers;
}

/** Where the groups of a run stand, as the backend says. */
export class StageGroups {
  readonly #backend: BackendKind;
  readonly #streams: Streams;
  readonly #log: FactLog;
  readonly #signal: AbortSignal;
  readonly #records: StageRecords;
  readonly #members: StageMembers;

  constructor({ backend, streams, log, signal, records, members }: StageGroupsOptions) {
    this.#backend = backend;
    this.#streams = streams;
    this.#log = log;
    this.#signal = signal;
    this.#records = records;
    this.#members = members;
  }

  /** Resolves once the group has acknowledged all that is stored. */
  async untilCaughtUp(group: string): Promise<void> {
    await waitUntil(
      `${group} has caught up`,
      this.#signal,
      async () => (await this.#lagIfKnown(group)) === 0,
    );
  }

  /** Records that the group has not acknowledged, as the backend says; waits while it cannot say that of all partitions. */
  async lag(group: string): Promise<number> {
    const found = await waitUntil(`the lag of ${group} is known`, this.#signal, async () => {
      const lag = await this.#lagIfKnown(group);
      return lag === undefined ? undefined : { lag };
    });
    return found.lag;
  }

  /** A group that has just begun may not have said yet where it stands in some partitions: that is no lag of 0. */
  async #lagIfKnown(group: string): Promise<number | undefined> {
    const { partitions } = await this.#streams.admin.describeGroup(group);
    const lags = partitions.flatMap(({ lag }) => (lag === undefined ? [] : [lag]));
    const read = this.#members
      .topicsOf(group)
      .reduce((sum, name) => sum + this.#records.partitionsOf(name), 0);
    const isWhole = lags.length === partitions.length && lags.length >= Math.max(1, read);
    return isWhole ? lags.reduce((sum, lag) => sum + lag, 0) : undefined;
  }

  /** Asks the backend what is pending, and tells it. Kafka keeps no such list: its committed offsets say the same. */
  async listPending(
    group: string,
    nameOf: (member: string) => string | undefined = () => undefined,
  ): Promise<void> {
    if (this.#backend === 'kafka') return;
    await this.#members.tellAll();
    const pending = await this.#streams.admin.pending(group, { limit: mostListed });
    const entries = pending.map(({ position: { topic, partition, offset }, member, deliveries }) => ({
      topic,
      partition,
      offset,
      label: this.#records.labelAt({ topic, partition, offset }),
      consumer: nameOf(member) ?? this.#members.nameOf(member) ?? member,
      deliveries,
    }));
    this.#log.tell({ kind: 'pending-listed', group, entries });
  }

  /** Asks the backend for the group's positions, and tells them. */
  async listOffsets(group: string): Promise<void> {
    await this.#members.tellAll();
    const { partitions } = await this.#streams.admin.describeGroup(group);
    const topics = new Map<string, string | null>();
    for (const name of new Set(partitions.map(({ topic }) => topic))) {
      const { partitions: described } = await this.#streams.admin.describe(name);
      for (const { partition, last } of described) topics.set(`${name}:${partition}`, last ?? null);
    }
    this.#log.tell({
      kind: 'offsets-listed',
      group,
      partitions: partitions.map(({ topic, partition, committed, lag }) => ({
        topic,
        partition,
        last: topics.get(`${topic}:${partition}`) ?? null,
        committed: committed ?? null,
        lag: lag ?? null,
      })),
    });
  }
}
