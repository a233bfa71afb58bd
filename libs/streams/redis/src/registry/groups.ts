import { type Notice, type Start, StreamsError } from '@millrace/streams';
import type { Client } from '../client/client.ts';
import { createGroup, storeEntry } from '../commands/registry.ts';
import { idBefore, idOf, zeroId } from '../entries/ids.ts';
import { groupsKey } from '../keys.ts';
import type { ForeignStreamSearch } from './foreign-streams.ts';
import type { TopicRegistry } from './topics.ts';

/** A group as the registry has it. */
export interface GroupEntry {
  readonly mode: 'partitioned' | 'competing';
  readonly topics: readonly string[];
  readonly stores: readonly string[];
}

/** A group as it can be looked at. */
export interface FoundGroup extends GroupEntry {
  /** Another program made it. */
  readonly foreign: boolean;
}

/** What groups there are, and their native consumer groups on the streams. */
export class GroupRegistry {
  readonly #client: Client;
  readonly #topics: TopicRegistry;
  readonly #foreign: ForeignStreamSearch;
  readonly #notify: (notice: Notice) => void;
  readonly #registered = new Map<string, GroupEntry>();

  constructor(
    client: Client,
    topics: TopicRegistry,
    foreign: ForeignStreamSearch,
    notify: (notice: Notice) => void,
  ) {
    this.#client = client;
    this.#topics = topics;
    this.#foreign = foreign;
    this.#notify = notify;
  }

  async names(): Promise<string[]> {
    return (await this.#client.connection().call('HKEYS', [groupsKey])) as string[];
  }

  /** Ours, or another program's. UNKNOWN_GROUP when it does not exist. */
  async find(group: string): Promise<FoundGroup> {
    const registered = await this.#find(group);
    if (registered) return { ...registered, foreign: false };
    const topics = (await this.#foreign.found()).groups.get(group);
    if (topics) return { mode: 'competing', topics, stores: [], foreign: true };
    throw new StreamsError('UNKNOWN_GROUP', `the group ${group} does not exist`);
  }

  /** One to be changed. UNKNOWN_GROUP when it does not exist, UNSUPPORTED when another program made it. */
  async own(group: string): Promise<GroupEntry> {
    const found = await this.find(group);
    if (!found.foreign) return found;
    throw new StreamsError(
      'UNSUPPORTED',
      `the group ${group} was made by another program and is only shown: change it by that program, or by XGROUP and XCLAIM`,
    );
  }

  /** Adds the group, or its new topics and stores. */
  async register(group: string, entry: GroupEntry): Promise<void> {
    this.#registered.set(group, entry);
    const known = await this.#find(group);
    const merged = {
      mode: entry.mode,
      topics: [...new Set([...(known?.topics ?? []), ...entry.topics])],
      stores: [...new Set([...(known?.stores ?? []), ...entry.stores])],
    };
    if (JSON.stringify(known) === JSON.stringify(merged)) return;
    const stored = { registry: groupsKey, name: group, entry: merged, keepExisting: false };
    await storeEntry(this.#client.connection(), stored);
  }

  async forget(group: string): Promise<void> {
    await this.#client.connection().call('HDEL', [groupsKey, group]);
  }

  /** Makes the native group on every partition of the topics that has none yet. */
  async create(group: string, topics: readonly string[], start: Start): Promise<void> {
    const making: Promise<boolean>[] = [];
    for (const topic of topics) {
      const { partitions } = await this.#topics.topic(topic);
      for (let partition = 0; partition < partitions; partition++) {
        making.push(
          this.#create(group, this.#topics.key(topic, partition), startId(start, topic, partition)),
        );
      }
    }
    await Promise.all(making);
  }

  /** Creates a native group again that somebody removed: after what was acknowledged last, else at the group's start. */
  async recreate(
    group: string,
    place: { readonly topic: string; readonly partition: number; readonly acknowledged: string | undefined },
    start: Start,
  ): Promise<void> {
    const { topic, partition, acknowledged } = place;
    const id = acknowledged ?? startId(start, topic, partition);
    await this.#topics.restore(topic);
    const registered = this.#registered.get(group);
    if (registered) await this.register(group, registered);
    if (!(await this.#create(group, this.#topics.key(topic, partition), id))) return;
    this.#notify({
      kind: 'group-recreated',
      message: `the group ${group} had been removed from ${topic}:${partition} and was created again after ${id}`,
      details: { group, topic, partition, after: id },
    });
  }

  async #find(group: string): Promise<GroupEntry | undefined> {
    const text = await this.#client.connection().call('HGET', [groupsKey, group]);
    if (typeof text !== 'string') return undefined;
    const { mode, topics, stores } = JSON.parse(text) as Partial<GroupEntry>;
    return { mode: mode ?? 'partitioned', topics: topics ?? [], stores: stores ?? [] };
  }

  /** False when it was there. */
  async #create(group: string, stream: string, id: string): Promise<boolean> {
    return await createGroup(this.#client.connection(), { stream, group, id });
  }
}

/** The id after which a group begins. */
export function startId(start: Start, topic: string, partition: number): string {
  if (start === 'earliest') return zeroId;
  if (start === 'latest') return '$';
  if ('at' in start) return idBefore(start.at.getTime());
  const { after } = start;
  return after.topic === topic && after.partition === partition ? idOf(after) : zeroId;
}
