import {
  type Driver,
  type NewRecord,
  type Notice,
  type Position,
  type Start,
  type StoredRecord,
  StreamsError,
} from '@millrace/streams';
import {
  type AppendOptions,
  type Capabilities,
  type CompetingMember,
  type DriverAdmin,
  type DriverMember,
  type GroupOptions,
  type JoinOptions,
  Members,
  type Membership,
  type Notices,
  type ReadOptions,
} from '@millrace/streams/driver';
import { createAdmin } from './admin/admin.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Client } from './client/client.ts';
import { GroupChangeChannel } from './client/group-change-channel.ts';
import { StreamWatchers } from './client/stream-watchers.ts';
import { RedisCompetingMember } from './competing/competing-member.ts';
import type { DriverContext } from './context.ts';
import { compareIds } from './entries/ids.ts';
import { translate } from './errors.ts';
import { RedisMembership } from './group/membership.ts';
import { Appender } from './log/append.ts';
import { readPartition } from './log/read.ts';
import { RetentionTrimmer } from './log/retention.ts';
import type { RedisOptions } from './options.ts';
import { ForeignStreamSearch } from './registry/foreign-streams.ts';
import { GroupRegistry } from './registry/groups.ts';
import { TopicRegistry } from './registry/topics.ts';
import { leaveMs, within } from './within.ts';

const defaultRetentionMs = 10_000;

/** Redis as a backend. */
export class RedisDriver implements Driver {
  readonly name = 'redis';
  readonly capabilities: Capabilities;
  readonly admin: DriverAdmin;
  readonly #client: Client;
  readonly #context: DriverContext;
  readonly #appender: Appender;
  readonly #retention: RetentionTrimmer;
  readonly #notices: Notices;
  readonly #members = new Members<DriverMember>();
  #closed: Promise<void> | undefined;

  constructor(client: Client, notices: Notices, options: RedisOptions) {
    this.#client = client;
    this.#notices = notices;
    this.capabilities = capabilitiesOf(client);
    const notify = (notice: Notice): void => notices.notify(notice);
    const topics = new TopicRegistry(client, notify);
    const foreign = new ForeignStreamSearch(client, topics, notify);
    this.#context = {
      client,
      topics,
      groups: new GroupRegistry(client, topics, foreign, notify),
      foreign,
      watchers: new StreamWatchers(client),
      groupChanges: new GroupChangeChannel(client),
      notify,
    };
    this.#retention = new RetentionTrimmer(client, topics, options.retentionMs ?? defaultRetentionMs);
    this.#appender = new Appender(client, topics, this.#retention, options.producerSeconds);
    this.admin = createAdmin(this.#context, () => this.#assertOpen());
  }

  async partitions(topic: string): Promise<number> {
    this.#assertOpen();
    try {
      return (await this.#context.topics.topic(topic)).partitions;
    } catch (error) {
      throw translate(error, `the topic ${topic} could not be looked up`);
    }
  }

  async append(records: readonly NewRecord[], options: AppendOptions): Promise<Position[]> {
    this.#assertOpen();
    try {
      return await this.#appender.append(records, options);
    } catch (error) {
      throw translate(error, 'an append failed');
    }
  }

  read(topic: string, partition: number, from: Start, options: ReadOptions): AsyncIterable<StoredRecord[]> {
    this.#assertOpen();
    return readPartition(this.#context, { topic, partition }, from, options);
  }

  async join(group: string, options: JoinOptions): Promise<Membership> {
    return await this.#member(group, () => RedisMembership.join(this.#context, group, options));
  }

  async compete(group: string, options: GroupOptions): Promise<CompetingMember> {
    return await this.#member(group, () => RedisCompetingMember.join(this.#context, group, options));
  }

  compareOffsets(a: string, b: string): number {
    return compareIds(a, b);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    const { replicaOf, risks } = this.#client.serverInfo;
    if (replicaOf !== undefined)
      listener({
        kind: 'unsafe-settings',
        message: `Redis takes no writes here: the server is a replica of ${replicaOf}; name that one in the URL`,
        details: { replicaOf },
      });
    for (const risk of risks)
      listener({ kind: 'unsafe-settings', message: `Redis can lose records: ${risk}`, details: { risk } });
    return this.#notices.listen(listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#retention.close();
    const left = this.#members.close();
    await within(leaveMs, left);
    this.#context.watchers.close();
    // Whatever still waits for a reply is refused now.
    this.#client.close();
    await left;
  }

  async #member<Member extends DriverMember>(group: string, join: () => Promise<Member>): Promise<Member> {
    this.#assertOpen();
    try {
      return await this.#members.join(join);
    } catch (error) {
      throw translate(error, `the group ${group} could not be joined`);
    }
  }

  #assertOpen(): void {
    if (this.#closed !== undefined)
      throw new StreamsError('CLOSED', 'this connection to Redis is closed; open another one');
  }
}
