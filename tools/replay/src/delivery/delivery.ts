import {
  emails,
  inventoryResults,
  pageViews,
  paymentEvents,
  paymentResults,
  stockAllocations,
} from '@millrace/events';
import { formatPosition, isStreamsError, type Streams } from '@millrace/streams';
import { appliedRows } from './applied-rows.ts';
import { compareTopic } from './compare-topic.ts';

export interface Delivery {
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
  /** The first positions that are lost, for people. */
  readonly lostPositions: readonly string[];
}

const recorded = [paymentEvents, paymentResults, stockAllocations, inventoryResults, emails, pageViews];
const shown = 10;

/**
 * Compares what was published with what the database service holds, record by record. What its group gave up on is not
 * lost: it lies in the dead letters and is counted there.
 */
export async function compareDelivery(
  streams: Streams,
  address: (service: string) => Promise<string>,
): Promise<Delivery> {
  const givenUp = await givenUpBy(streams, 'database');
  const lost: string[] = [];
  let duplicated = 0;
  let outOfOrder = 0;
  for (const { name } of recorded) {
    const comparison = await compareTopic(streams, name, appliedRows(name, address));
    lost.push(...comparison.missing.filter((position) => !givenUp.has(position)));
    duplicated += comparison.duplicated;
    outOfOrder += comparison.outOfOrder;
  }
  return { lost: lost.length, duplicated, outOfOrder, lostPositions: lost.slice(0, shown) };
}

async function givenUpBy(streams: Streams, group: string): Promise<ReadonlySet<string>> {
  const positions = new Set<string>();
  try {
    for await (const { origin } of streams.admin.deadLetters(group)) positions.add(formatPosition(origin));
  } catch (error) {
    // No topic: the group never gave up on anything.
    if (!isStreamsError(error, 'UNKNOWN_TOPIC')) throw error;
  }
  return positions;
}
