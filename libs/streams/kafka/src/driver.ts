import {
  anySignal,
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
import { translate } from './client/errors.ts';
import { withDeadline } from './client/retry.ts';
import type { Context } from './context.ts';
import { KafkaMembership } from './group/membership.ts';
import { compareOffsets } from './offsets.ts';
import { Appender } from './producer/appender.ts';
import { readPartition } from './read.ts';
import { shareGroupLack } from './share-group/share-group-lack.ts';
import { KafkaCompetingMember } from './share-group/share-member.ts';

const goodbyeWithinMs = 3_000;

/** Kafka as a backend. */
export class KafkaDriver implements Driver {
  readonly name = 'kafka';
  readonly capabilities: Capabilities;
  readonly admin: DriverAdmin;
  readonly #context: Context;
  readonly #notices: Notices;
  readonly #appender: Appender;
  readonly #members = new Members<DriverMember>();
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(context: Context, notices: Notices, lingerMs: number) {
    this.#context = context;
    this.#notices = notices;
    const { cluster, topics } = context;
    this.capabilities = capabilitiesOf(cluster.nodes.length, topics, shareGroupLack(cluster));
    this.#appender = new Appender(context, lingerMs);
    this.admin = createAdmin(context, () => this.#assertOpen());
  }

  async join(group: string, options: JoinOptions): Promise<Membership> {
    this.#assertOpen();
    try {
      const membership = await KafkaMembership.prepare(this.#context, group, options);
      this.#assertOpen();
      this.#members.keep(membership);
      await membership.join();
      return membership;
    } catch (error) {
      throw translate(error, `the group ${group} could not be joined`);
    }
  }

  async compete(group: string, options: GroupOptions): Promise<CompetingMember> {
    this.#assertOpen();
    const lack = this.capabilities.lacks['competing'];
    if (lack) throw new StreamsError('UNSUPPORTED', `Kafka has no competing groups here: ${lack}`);
    try {
      return await this.#members.join(() => KafkaCompetingMember.join(this.#context, group, options));
    } catch (error) {
      throw translate(error, `the group ${group} could not be joined`);
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

  async partitions(topic: string): Promise<number> {
    this.#assertOpen();
    try {
      return (await this.#context.connections.topic(topic)).partitions.length;
    } catch (error) {
      throw translate(error, `the topic ${topic} could not be looked up`);
    }
  }

  read(topic: string, partition: number, from: Start, options: ReadOptions): AsyncIterable<StoredRecord[]> {
    this.#assertOpen();
    const { signal: closing } = this.#closing;
    const signal = options.signal ? anySignal([options.signal, closing]) : closing;
    return readPartition(this.#context, { topic, partition }, from, { ...options, signal });
  }

  compareOffsets(a: string, b: string): number {
    return compareOffsets(a, b);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    return this.#notices.listen(listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await this.#members.close();
    await withDeadline(goodbyeWithinMs, 'what nobody waits for', this.#appender.idle()).catch(
      () => undefined,
    );
    this.#context.cluster.close();
  }

  #assertOpen(): void {
    if (this.#closed !== undefined)
      throw new StreamsError('CLOSED', 'this connection to Kafka is closed; open another one');
  }
}
