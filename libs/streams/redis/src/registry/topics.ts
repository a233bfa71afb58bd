import { type Retention, StreamsError, type TopicSpec } from '@millrace/streams';
import { storedRetention } from '@millrace/streams/driver';
import type { Client } from '../client/client.ts';
import { storeEntry } from '../commands/registry.ts';
import { hasCode } from '../errors.ts';
import { streamKey, topicsKey } from '../keys.ts';

/** A topic as the registry has it. */
export interface TopicEntry {
  readonly partitions: number;
  readonly retention: Retention;
  readonly settings: Readonly<Record<string, string>>;
  /** A stream without partitions that somebody else made: its key is the topic's bare name. */
  readonly plain: boolean;
  /** Another program made it: the registry has nothing of it. */
  readonly foreign: boolean;
}

/** What topics there are; remembers what it once saw. */
export class TopicRegistry {
  readonly #client: Client;
  readonly #known = new Map<string, TopicEntry>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** UNKNOWN_TOPIC when it does not exist. */
  async topic(name: string): Promise<TopicEntry> {
    const known = this.#known.get(name);
    if (known) return known;
    const found = (await this.#registered(name)) ?? (await this.#foreign(name));
    if (!found) {
      throw new StreamsError(
        'UNKNOWN_TOPIC',
        `the topic ${name} does not exist; create it with ensureTopics`,
      );
    }
    this.#known.set(name, found);
    return found;
  }

  /** As the server has it now. */
  async refresh(name: string): Promise<TopicEntry> {
    this.#known.delete(name);
    return await this.topic(name);
  }

  /** Whether {@link key} can answer without asking the server first. */
  has(name: string): boolean {
    return this.#known.has(name);
  }

  /** Only for topics that {@link topic} was asked about. */
  key(topic: string, partition: number): string {
    return this.#known.get(topic)?.plain ? topic : streamKey(topic, partition);
  }

  retention(topic: string): Retention {
    return this.#known.get(topic)?.retention ?? {};
  }

  /** Writes the topic when it is new; TOPIC_MISMATCH when it exists with other partitions. */
  async ensure(spec: TopicSpec): Promise<void> {
    const { name, partitions, retention = {}, settings = {} } = spec;
    const added = { retention, settings, foreign: false };
    if (!Number.isInteger(partitions) || partitions < 1) {
      throw new StreamsError(
        'INVALID_ARGUMENT',
        `the topic ${name} needs a whole number of partitions, not ${partitions}`,
      );
    }
    const existing = (await this.#registered(name)) ?? (await this.#foreign(name));
    const entry = { partitions, plain: false, ...existing, ...added };
    const isNew = await this.#store(name, entry);
    const actual = isNew ? entry : ((await this.#registered(name)) ?? entry);
    if (actual.partitions !== partitions) {
      throw new StreamsError(
        'TOPIC_MISMATCH',
        `the topic ${name} exists with ${actual.partitions} partitions, not ${partitions}`,
      );
    }
    this.#known.set(name, actual);
  }

  /** Puts a topic back that this process knows and the server forgot. */
  async restore(name: string): Promise<void> {
    const known = this.#known.get(name);
    if (known) await this.#store(name, known);
  }

  async names(): Promise<string[]> {
    return (await this.#client.connection().call('HKEYS', [topicsKey])) as string[];
  }

  async forget(name: string): Promise<void> {
    this.#known.delete(name);
    await this.#client.connection().call('HDEL', [topicsKey, name]);
  }

  /** False when it was there. */
  async #store(name: string, { foreign: _, ...entry }: TopicEntry): Promise<boolean> {
    const stored = { registry: topicsKey, name, entry, keepExisting: true };
    return await storeEntry(this.#client.connection(), stored);
  }

  async #registered(name: string): Promise<TopicEntry | undefined> {
    const text = await this.#client.connection().call('HGET', [topicsKey, name]);
    if (typeof text !== 'string') return undefined;
    const { partitions, retention, settings, plain } = JSON.parse(text) as Partial<TopicEntry>;
    return {
      partitions: partitions ?? 1,
      retention: storedRetention(retention ?? {}),
      settings: settings ?? {},
      plain: plain === true,
      foreign: false,
    };
  }

  /** Streams that others made: `<topic>:{P0}`, `<topic>:{P1}` and so on, or one stream by the bare name. */
  async #foreign(name: string): Promise<TopicEntry | undefined> {
    let refused: unknown;
    // A user may see one of the keys and not the other.
    const isStream = async (key: string): Promise<boolean> => {
      try {
        return (await this.#client.connection().call('TYPE', [key])) === 'stream';
      } catch (error) {
        if (!hasCode(error, 'NOPERM')) throw error;
        refused = error;
        return false;
      }
    };
    let partitions = 0;
    while (await isStream(streamKey(name, partitions))) partitions += 1;
    if (partitions > 0) return { partitions, retention: {}, settings: {}, plain: false, foreign: true };
    if (await isStream(name))
      return { partitions: 1, retention: {}, settings: {}, plain: true, foreign: true };
    if (refused !== undefined) throw refused;
    return undefined;
  }
}
