import type { Delivery } from '@millrace/streams';
import { firstPage, type ReclaimedPage, reclaim } from '../commands/lease.ts';
import type { Connection } from '../commands/script.ts';
import type { DriverContext } from '../context.ts';
import { decodeEntry, isWhole } from '../entries/entry.ts';
import { bytesPerRead, type FetchSize } from '../entries/fetch-size.ts';
import { compareIds } from '../entries/ids.ts';
import type { LeaseEntriesOptions } from './lease-entries.ts';
import { reportLost } from './records-lost.ts';
import type { TopicCursor } from './topic-cursor.ts';

interface PendingEntriesOptions extends LeaseEntriesOptions {
  readonly fetchSize: FetchSize;
  /** Runs it, and once more when the group had to be made again first. */
  readonly healed: <Result>(run: () => Promise<Result>) => Promise<Result>;
}

/**
 * What is pending in a lease's streams: reclaimed page by page, however much another owner or another program left, and
 * redelivered before anything new.
 */
export class PendingEntries {
  readonly #context: DriverContext;
  readonly #options: PendingEntriesOptions;
  /** What the last owner left may have crashed it. */
  #redeliverIndividually = false;

  constructor(context: DriverContext, options: PendingEntriesOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Reclaims the first page of each. With `redeliverIndividually` one entry at a time is redelivered. */
  async start(cursors: readonly TopicCursor[], redeliverIndividually: boolean): Promise<void> {
    this.#redeliverIndividually = redeliverIndividually;
    await Promise.all(
      cursors.map(async (cursor) => {
        cursor.nextPage = firstPage;
        cursor.startOffset = (await this.reclaimNext(cursor)).startOffset;
      }),
    );
  }

  isClean({ redeliveries, nextPage }: TopicCursor): boolean {
    return !this.#redeliverIndividually || (redeliveries.length === 0 && nextPage === undefined);
  }

  /** Only while the cursor has a next page. */
  async reclaimNext(cursor: TopicCursor): Promise<ReclaimedPage> {
    const page = await this.#reclaim(cursor, cursor.nextPage ?? firstPage);
    const redeliverIndividually = this.#redeliverIndividually;
    cursor.nextPage = page.next;
    cursor.redeliveries = [
      ...cursor.redeliveries,
      ...page.pending.map(({ id, deliveryCount }) => ({ id, deliveryCount, redeliverIndividually })),
    ];
    if (compareIds(page.lastDelivered, cursor.lastDelivered) > 0) cursor.lastDelivered = page.lastDelivered;
    return page;
  }

  /** How many came into the buffer; the next page is reclaimed when the last one is used up. */
  async redeliver(cursor: TopicCursor, room: number): Promise<number> {
    let came = 0;
    while (room > came && cursor.bufferedBytes < bytesPerRead) {
      if (cursor.redeliveries.length === 0 && cursor.nextPage !== undefined) await this.reclaimNext(cursor);
      const { deliveryCount, redeliverIndividually } = cursor.redeliveries[0] ?? {};
      if (deliveryCount === undefined && cursor.nextPage !== undefined) continue;
      if (deliveryCount === undefined || redeliverIndividually) break;
      const count = this.#options.fetchSize.count(room - came);
      const end = cursor.redeliveries.findIndex((each) => each.deliveryCount !== deliveryCount);
      const run = cursor.redeliveries.slice(0, Math.min(count, end < 0 ? count : end));
      const ids = run.map(({ id }) => id);
      const deliveries = await this.claim(cursor, ids, deliveryCount);
      cursor.redeliveries.splice(0, run.length);
      cursor.add(deliveries);
      this.#options.fetchSize.observe(deliveries);
      came += deliveries.length;
    }
    return came;
  }

  /** The entries, counted as delivered once more than before; those that are gone are reported. */
  async claim(cursor: TopicCursor, ids: readonly string[], deliveryCount: number): Promise<Delivery[]> {
    const { holder, partition } = this.#options;
    const attempt = deliveryCount + 1;
    const args = [cursor.stream, holder.group, holder.member, 0, ...ids, 'RETRYCOUNT', attempt];
    const entries = (await this.#connection.callBuffer('XCLAIM', args)) as unknown[];
    const deliveries = entries
      .filter(isWhole)
      .map((entry) => decodeEntry(cursor.topic, partition, entry, attempt));
    if (deliveries.length < ids.length) {
      const found = new Set(deliveries.map(({ offset }) => offset));
      this.#reportLost(
        cursor,
        ids.filter((id) => !found.has(id)),
      );
    }
    return deliveries;
  }

  /** Fetches entries that are pending and unknown here: a reply was lost, or a former owner fetched them late. */
  async recover(cursor: TopicCursor, known: ReadonlySet<string>): Promise<number> {
    // What comes after is reclaimed in its turn.
    const end = cursor.nextPage?.slice(1);
    let came = 0;
    for (let from: string | undefined = firstPage; from !== undefined; ) {
      const page: ReclaimedPage = await this.#reclaim(cursor, from);
      for (const { id, deliveryCount, own } of page.pending) {
        if (end !== undefined && compareIds(id, end) > 0) break;
        if (known.has(`${cursor.stream} ${id}`) || cursor.knows(id) || cursor.isAcknowledged(id)) continue;
        const found = await this.claim(cursor, [id], own ? deliveryCount - 1 : deliveryCount);
        cursor.add(found);
        came += found.length;
      }
      if (compareIds(page.lastDelivered, cursor.lastDelivered) > 0) cursor.lastDelivered = page.lastDelivered;
      from = page.next;
      if (from !== undefined && end !== undefined && compareIds(from.slice(1), end) >= 0) break;
    }
    return came;
  }

  async #reclaim(cursor: TopicCursor, from: string): Promise<ReclaimedPage> {
    const { stream, topic } = cursor;
    const page = await this.#options.healed(() =>
      reclaim(this.#connection, this.#options.holder, { stream, topic, from }),
    );
    this.#reportLost(cursor, page.lost);
    return page;
  }

  #reportLost({ topic }: TopicCursor, ids: readonly string[]): void {
    const { holder, partition } = this.#options;
    reportLost(this.#context.notify, { group: holder.group, topic, partition, ids });
  }

  get #connection(): Connection {
    return this.#context.client.connection();
  }
}
