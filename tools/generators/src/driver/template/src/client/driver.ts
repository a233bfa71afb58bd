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
  Notices,
  type ReadOptions,
} from '@millrace/streams/driver';
import { exampleCapabilities } from '../capabilities.ts';
import { createAdmin } from './admin.ts';
import { ExampleCompetingMember } from './competing-member.ts';
import type { Connection } from './connection.ts';
import { ExampleMembership } from './membership.ts';
import { decodeRecord, encodeEnd, encodeRecord, encodeStart } from './wire.ts';

export class ExampleDriver implements Driver {
  readonly name: string = 'example';
  readonly capabilities: Capabilities = exampleCapabilities;
  readonly admin: DriverAdmin;
  readonly #connection: Connection;
  readonly #notices: Notices = new Notices();
  readonly #members: Members<DriverMember> = new Members();
  #closed: Promise<void> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.admin = createAdmin(connection, this.#notices);
  }

  partitions(topic: string): Promise<number> {
    return this.#connection.call('partitions', { topic });
  }

  async append(records: readonly NewRecord[], options: AppendOptions): Promise<Position[]> {
    const { acks, signal, once } = options;
    if (signal?.aborted) throw new StreamsError('ABORTED', 'the append was aborted before it began');
    const offsets = await this.#connection.call('append', {
      records: records.map(encodeRecord),
      ...(once && { once }),
    });
    if (acks === 'none') return [];
    return records.flatMap(({ topic, partition }, index) => {
      const offset = offsets[index];
      return typeof offset === 'number' ? [{ topic, partition, offset: String(offset) }] : [];
    });
  }

  async *read(
    topic: string,
    partition: number,
    from: Start,
    { to, max, signal }: ReadOptions,
  ): AsyncIterable<StoredRecord[]> {
    if (signal?.aborted) return;
    const place = { topic, partition };
    let offset = await this.#connection.call('locateStart', { ...place, start: encodeStart(from) });
    const end = to && (await this.#connection.call('locateEnd', { ...place, end: encodeEnd(to) }));
    while (!signal?.aborted && (end === undefined || offset < end)) {
      const records = await this.#connection.call('read', { ...place, offset, max }, signal);
      offset = (records.at(-1)?.offset ?? offset - 1) + 1;
      const wanted = end === undefined ? records : records.filter((record) => record.offset < end);
      if (wanted.length > 0) yield wanted.map(decodeRecord);
    }
  }

  join(group: string, options: JoinOptions): Promise<Membership> {
    return this.#join(() => ExampleMembership.join(this.#context, group, options));
  }

  compete(group: string, options: GroupOptions): Promise<CompetingMember> {
    return this.#join(() => ExampleCompetingMember.join(this.#context, group, options));
  }

  compareOffsets(a: string, b: string): number {
    return Number(a) - Number(b);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    return this.#notices.listen(listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#members.close();
    await this.#connection[Symbol.asyncDispose]();
  }

  async #join<Member extends DriverMember>(join: () => Promise<Member>): Promise<Member> {
    if (this.#closed !== undefined) throw new StreamsError('CLOSED', 'the driver is closed');
    return await this.#members.join(join);
  }

  get #context(): { readonly connection: Connection; readonly notices: Notices } {
    return { connection: this.#connection, notices: this.#notices };
  }
}
