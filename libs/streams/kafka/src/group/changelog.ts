import { type Commit, isStreamsError, type Notice, type StateWrite } from '@millrace/streams';
import { ensureCompacted } from '../catalog/internal-topics.ts';
import { retry } from '../client/retry.ts';
import type { Context } from '../context.ts';
import type { FetchSource } from '../fetch/fetch-source.ts';
import { PartitionFetcher } from '../fetch/partition-fetcher.ts';
import { endOfLog, listOffsets, partitionName, startOfLog, type TopicPartition } from '../offsets.ts';
import type { PlacedRecord } from '../producer/transaction-staging.ts';
import type { WireRecord } from '../wire/wire-record.ts';
import { StateStore } from './state-store.ts';

const changelogSuffix = '-changelog';
const fetchLimits = { maxWaitMs: 500, maxBytes: 1024 * 1024 };
const retryWithinMs = 60_000;
const progressEvery = 100_000;

/** Kinds of keys in a changelog. */
const stateKind = 's';
const seenKind = 'd';

/** `<group>-changelog`: compacted, partition i holds what the lease of partition i keeps. */
export function changelogTopic(group: string): string {
  return `${group}${changelogSuffix}`;
}

export function isChangelog(topic: string): boolean {
  return topic.endsWith(changelogSuffix);
}

export async function ensureChangelog(context: Context, group: string, partitions: number): Promise<void> {
  await ensureCompacted(context.connections, changelogTopic(group), partitions);
}

export interface ChangelogOptions {
  readonly group: string;
  readonly partition: number;
  /** How many partitions the changelog has. */
  readonly partitions: number;
  readonly fetches: FetchSource;
}

/** What a lease keeps by key: read back from its partition of the changelog, and written there in each step. */
export class Changelog {
  readonly #place: TopicPartition;
  readonly #window: number;
  readonly #store: StateStore;

  private constructor(place: TopicPartition, window: number) {
    this.#place = place;
    this.#window = window;
    this.#store = new StateStore(window);
  }

  /** Reads the partition to its end. No transaction of a former owner may be under way any more. */
  static async restore(
    context: Context,
    place: ChangelogOptions,
    window: number,
    signal: AbortSignal,
  ): Promise<Changelog> {
    const own = { topic: changelogTopic(place.group), partition: place.partition };
    const changelog = new Changelog(own, window);
    const { first, end } = await boundsOf(context, own).catch(async (error: unknown) => {
      if (!isStreamsError(error, 'UNKNOWN_TOPIC')) throw error;
      // Whoever deleted the group while this member joined took the changelog along.
      await ensureChangelog(context, place.group, place.partitions);
      return await boundsOf(context, own);
    });
    const fetcher = new PartitionFetcher({ cluster: context.cluster, source: place.fetches }, own, first);
    try {
      let records = 0;
      while (fetcher.next < end && !signal.aborted) {
        const fetched = await retry({ ms: retryWithinMs, signal }, () => fetcher.fetch(fetchLimits));
        changelog.#apply(fetched.records);
        const before = records;
        records += fetched.records.length;
        if (Math.floor(records / progressEvery) > Math.floor(before / progressEvery))
          context.notify(progress(place.group, place.partition, records));
      }
      return changelog;
    } finally {
      fetcher.close();
    }
  }

  load(store: string, keys: readonly string[]): (string | undefined)[] {
    return this.#store.load(store, keys);
  }

  known(ids: readonly string[]): ReadonlySet<string> {
    return this.#store.known(ids);
  }

  /** What a step adds to the changelog. */
  records({ state, dedupeIds: seen }: Commit): PlacedRecord[] {
    const timestamp = Date.now();
    const place = { ...this.#place, headers: {}, timestamp };
    const next = this.#store.next;
    return [
      ...state.map(({ store, key, value }) => ({ ...place, key: `${stateKind}${store}\0${key}`, value })),
      ...seen.map((id, index) => ({
        ...place,
        key: `${seenKind}${(next + index) % Math.max(1, this.#window)}`,
        value: `${next + index} ${id}`,
      })),
    ];
  }

  /** The step landed. */
  remember({ state, dedupeIds: seen }: Commit): void {
    if (state.length + seen.length === 0) return;
    this.#store.write(() => {
      for (const write of state) this.#store.put(write);
      for (const id of seen) this.#store.see(id, this.#store.next);
    });
  }

  close(): void {
    this.#store.close();
  }

  #apply(records: readonly WireRecord[]): void {
    this.#store.write(() => {
      for (const { key, value } of records) {
        const name = key?.toString() ?? '';
        if (name.startsWith(stateKind)) this.#store.put(stateWrite(name.slice(1), value));
        else if (name.startsWith(seenKind) && value) this.#see(value.toString());
      }
    });
  }

  #see(text: string): void {
    const space = text.indexOf(' ');
    this.#store.see(text.slice(space + 1), Number(text.slice(0, space)));
  }
}

async function boundsOf(
  { connections }: Context,
  place: TopicPartition,
): Promise<{ readonly first: number; readonly end: number }> {
  const ask = async (timestamp: number): Promise<number> => {
    const found = await listOffsets(connections, [{ ...place, timestamp }], 'everything');
    return found.get(partitionName(place)) ?? 0;
  };
  const [first, end] = await Promise.all([ask(startOfLog), ask(endOfLog)]);
  return { first, end };
}

function stateWrite(name: string, value: Buffer | null): StateWrite {
  const end = name.indexOf('\0');
  return { store: name.slice(0, end), key: name.slice(end + 1), value: value?.toString() ?? null };
}

function progress(group: string, partition: number, records: number): Notice {
  return {
    kind: 'restoring',
    message: `the state of partition ${partition} of group ${group} is being read back: ${records} records so far`,
    details: { group, partition, records },
  };
}
