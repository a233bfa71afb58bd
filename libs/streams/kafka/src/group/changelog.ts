import { isStreamsError, type Notice } from '@millrace/streams';
import type { Commit, StateWrite } from '@millrace/streams/driver';
import { retry } from '../client/retry.ts';
import type { Context } from '../context.ts';
import type { FetchSource } from '../fetch/fetch-source.ts';
import { PartitionFetcher } from '../fetch/partition-fetcher.ts';
import { partitionName, type TopicPartition } from '../offsets.ts';
import type { PlacedRecord } from '../producer/transaction-staging.ts';
import type { OffsetToCommit } from '../wire/offsets.ts';
import type { WireRecord } from '../wire/wire-record.ts';
import {
  type Bounds,
  boundsOf,
  type ChangelogOptions,
  changelogTopic,
  ensureChangelog,
} from './changelog-topic.ts';
import { formatOffsetMetadata, parseOffsetMetadata, withoutHolder } from './offset-metadata.ts';
import { StateStore } from './state-store.ts';

const nothing: Bounds = { first: 0, end: 0 };
const fetchLimits = { maxWaitMs: 500, maxBytes: 1024 * 1024 };
const retryWithinMs = 60_000;
const progressEvery = 100_000;

/** Kinds of keys in a changelog. */
const stateKind = 's';
const seenKind = 'd';
const positionKind = 'p';

/** What a lease keeps by key: read back from its partition of the changelog, and written there in each step. */
export class Changelog {
  readonly #place: TopicPartition;
  readonly #window: number;
  readonly #store: StateStore;
  readonly #positions = new Map<string, OffsetToCommit>();
  /** Nothing was stored in it when it was read back, not even where a lease began. */
  #isEmpty = false;

  private constructor(place: TopicPartition, window: number) {
    this.#place = place;
    this.#window = window;
    this.#store = new StateStore(window);
  }

  /** Reads the partition to its end. No transaction of a former owner may be under way any more. */
  static async restore(
    context: Context,
    place: ChangelogOptions & { readonly partition: number; readonly fetches: FetchSource },
    window: number,
    signal: AbortSignal,
  ): Promise<Changelog> {
    const own = { topic: changelogTopic(place.group), partition: place.partition };
    const changelog = new Changelog(own, window);
    const [{ first, end } = nothing] = await boundsOf(context, [own]).catch(async (error: unknown) => {
      if (!isStreamsError(error, 'UNKNOWN_TOPIC')) throw error;
      // Whoever deleted the group while this member joined took the changelog along.
      await ensureChangelog(context, place);
      return await boundsOf(context, [own]);
    });
    changelog.#isEmpty = first >= end;
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

  /**
   * Up to where the topics of the lease are contained in what it keeps, by place name. The broker forgets the offsets of a
   * group that nobody has used for days, and not its changelog. Empty where an earlier release wrote it.
   */
  get positions(): ReadonlyMap<string, OffsetToCommit> {
    return this.#positions;
  }

  get isEmpty(): boolean {
    return this.#isEmpty;
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

  /** Of these offsets, to be stored together with them. */
  positionRecords(offsets: readonly OffsetToCommit[]): PlacedRecord[] {
    const place = { ...this.#place, headers: {}, timestamp: Date.now() };
    return offsets.map(({ topic, offset, metadata }) => {
      const note = formatOffsetMetadata(withoutHolder(parseOffsetMetadata(metadata, offset)));
      return { ...place, key: `${positionKind}${topic}`, value: `${offset} ${note}` };
    });
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
        else if (name.startsWith(positionKind) && value) this.#know(name.slice(1), value.toString());
      }
    });
  }

  #see(text: string): void {
    const [number, id] = numbered(text);
    this.#store.see(id, number);
  }

  #know(topic: string, text: string): void {
    const place = { topic, partition: this.#place.partition };
    const [offset, metadata] = numbered(text);
    this.#positions.set(partitionName(place), { ...place, offset, metadata });
  }
}

/** A number, a space, and the rest. */
function numbered(text: string): readonly [number, string] {
  const space = text.indexOf(' ');
  return [Number(text.slice(0, space)), text.slice(space + 1)];
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
