import { isStreamsError, type Notice } from '@millrace/streams';
import type { Client } from '../client/client.ts';
import { namedFields } from '../commands/named-fields.ts';
import { readableStreams } from '../commands/rights.ts';
import type { Connection } from '../commands/script.ts';
import { hasCode } from '../errors.ts';
import { groupsKey, ownPrefix, streamKey } from '../keys.ts';
import type { TopicRegistry } from './topics.ts';

export interface ForeignStreams {
  /** Streams that other programs made and this user may read, as topics. */
  readonly topics: readonly string[];
  /** Groups that other programs made, each with the topics on whose streams it is. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

const keysPerScan = 5_000;
/** After so many keys, or streams found, the search ends and says so. */
const mostKeys = 1_000_000;
const mostStreams = 10_000;
const streamsAtOnce = 100;
/** How much longer than it took the result of a search counts, so that whoever polls does not keep the server busy. */
const restFactor = 20;

/** Finds by SCAN what other programs keep in streams; writes nothing. */
export class ForeignStreamSearch {
  readonly #client: Client;
  readonly #topics: TopicRegistry;
  readonly #notify: (notice: Notice) => void;
  #told = false;
  #found: ForeignStreams = { topics: [], groups: new Map() };
  #foundUntil = 0;
  #searching: Promise<ForeignStreams> | undefined;

  constructor(client: Client, topics: TopicRegistry, notify: (notice: Notice) => void) {
    this.#client = client;
    this.#topics = topics;
    this.#notify = notify;
  }

  async found(): Promise<ForeignStreams> {
    if (performance.now() < this.#foundUntil) return this.#found;
    this.#searching ??= this.#search().finally(() => {
      this.#searching = undefined;
    });
    return await this.#searching;
  }

  async #search(): Promise<ForeignStreams> {
    const begun = performance.now();
    const oursBefore = await this.#ourGroups();
    const own = await this.#topics.names();
    const foreign = topicsOf(await this.#streamKeys(), new Set(own));
    const streams = [...foreign, ...(await this.#ownStreams(own))];
    const groups = new Map<string, Set<string>>();
    const readable = new Set<string>();
    for (let at = 0; at < streams.length; at += streamsAtOnce) {
      const some = streams.slice(at, at + streamsAtOnce);
      const keys = await readableStreams(
        this.#client.connection(),
        some.map(({ key }) => key),
      );
      for (const key of keys) readable.add(key);
      const read = some.filter(({ key }) => readable.has(key));
      const lists = await Promise.all(read.map(({ key }) => this.#groupsOf(key)));
      for (const [index, { topic }] of read.entries())
        for (const name of lists[index] ?? []) groups.set(name, (groups.get(name) ?? new Set()).add(topic));
    }
    // One that is joined or deleted meanwhile is in one of the two lists at least.
    for (const name of [...oursBefore, ...(await this.#ourGroups())]) groups.delete(name);
    this.#found = {
      topics: [...new Set(foreign.filter(({ key }) => readable.has(key)).map(({ topic }) => topic))],
      groups: new Map([...groups].map(([name, topics]) => [name, [...topics].toSorted()])),
    };
    const ended = performance.now();
    this.#foundUntil = ended + restFactor * (ended - begun);
    return this.#found;
  }

  async #ourGroups(): Promise<string[]> {
    return (await this.#client.connection().call('HKEYS', [groupsKey])) as string[];
  }

  async #ownStreams(topics: readonly string[]): Promise<TopicStream[]> {
    const streams = topics.map(async (topic) => {
      // It may have been deleted meanwhile.
      const partitions = await this.#topics.topic(topic).then(
        (found) => found.partitions,
        (error: unknown) => {
          if (isStreamsError(error) && error.code === 'UNKNOWN_TOPIC') return 0;
          throw error;
        },
      );
      return Array.from({ length: partitions }, (_, at) => ({ key: this.#topics.key(topic, at), topic }));
    });
    return (await Promise.all(streams)).flat();
  }

  /** None when the stream is gone. */
  async #groupsOf(key: string): Promise<string[]> {
    try {
      const groups = (await this.#client.connection().call('XINFO', ['GROUPS', key])) as unknown[];
      return groups.map((group) => String(namedFields(group).get('name')));
    } catch (error) {
      if (hasCode(error, 'ERR no such key')) return [];
      throw error;
    }
  }

  async #streamKeys(): Promise<Set<string>> {
    const keys = new Set<string>();
    let looked = 0;
    for (const master of this.#client.masters()) {
      let cursor = '0';
      do {
        if (looked >= mostKeys || keys.size >= mostStreams) {
          await this.#tellStopped(looked);
          return keys;
        }
        const page = await this.#scan(master, cursor);
        if (!page) return keys;
        looked += keysPerScan;
        cursor = page[0];
        for (const key of page[1]) keys.add(key);
      } while (cursor !== '0');
    }
    return keys;
  }

  async #scan(master: Connection, cursor: string): Promise<[string, string[]] | undefined> {
    try {
      const args = [cursor, 'COUNT', keysPerScan, 'TYPE', 'stream'];
      return (await master.call('SCAN', args)) as [string, string[]];
    } catch (error) {
      if (!hasCode(error, 'NOPERM')) throw error;
      const message =
        'streams of other programs are not listed: this user may not run SCAN; grant it +scan, or name them';
      this.#tell({ kind: 'incomplete-list', message, details: { looked: 0 } });
      return undefined;
    }
  }

  async #tellStopped(looked: number): Promise<void> {
    const sizes = await Promise.all(this.#client.masters().map((master) => master.call('DBSIZE', [])));
    const all = sizes.reduce<number>((sum, size) => sum + Number(size), 0);
    const message = `the search for streams of other programs stopped after ${looked} of ${all} keys: name those that are not listed`;
    this.#tell({ kind: 'incomplete-list', message, details: { looked, all } });
  }

  #tell(notice: Notice): void {
    if (this.#told) return;
    this.#told = true;
    this.#notify(notice);
  }
}

interface TopicStream {
  readonly key: string;
  readonly topic: string;
}

/** Streams `<name>:{P0}`, `<name>:{P1}` and so on are one topic, as {@link TopicRegistry} has it; others one each. */
function topicsOf(keys: ReadonlySet<string>, own: ReadonlySet<string>): TopicStream[] {
  const streams: TopicStream[] = [];
  for (const key of keys) {
    // Names that are no UTF-8 cannot be asked for.
    if (key.startsWith(ownPrefix) || own.has(key) || key.includes('\uFFFD')) continue;
    const [, name = key] = /^(.+):\{P\d+\}$/.exec(key) ?? [];
    if (own.has(name)) continue;
    streams.push({ key, topic: keys.has(streamKey(name, 0)) ? name : key });
  }
  return streams;
}
