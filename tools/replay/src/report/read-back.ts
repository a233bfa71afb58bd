import type { Admin, Streams } from '@millrace/streams';
import { compareDelivery } from '../delivery/delivery.ts';
import type { MemoryUse } from '../services/memory-log.ts';
import { namedPayments } from './named-payments.ts';
import type { Facts } from './reconcile.ts';
import type { Counts, InputFigures, Report } from './report.ts';
import { askCustomers, askDatabase } from './stored-figures.ts';

const sample = /^streams_messages_redelivered_total(?:\{[^}]*\})? (\d+(?:\.\d+)?)$/gm;

/** What the replay itself knows when everything has been handled. */
export interface Replayed {
  readonly run: string;
  readonly streams: Streams;
  readonly input: InputFigures;
  readonly rowsInOrders: number;
  readonly logLines: number;
  readonly openingStock: number;
  readonly elapsedMs: number;
  readonly memoryMb: Readonly<Record<string, MemoryUse>>;
  readonly services: readonly string[];
  /** Where a service is now. */
  readonly address: (service: string) => Promise<string>;
}

export interface Outcome {
  readonly report: Report;
  readonly facts: Facts;
  /** The first records that the store lacks. */
  readonly lostPositions: readonly string[];
}

/** Reads the outcome back from the stores and the streams. */
export async function readBack(replayed: Replayed): Promise<Outcome> {
  const { streams, address, elapsedMs } = replayed;
  const stored = await askDatabase(address);
  const crm = await askCustomers(address);
  const { lostPositions, lost, duplicated, outOfOrder } = await compareDelivery(streams, address);
  const records = await topicRecords(streams.admin);
  const messages = Object.values(records).reduce((sum, count) => sum + count, 0);
  const { payments, inventory, emails, webserver, endToEndMs } = stored;
  const report: Report = {
    run: replayed.run,
    backend: streams.backend,
    input: replayed.input,
    payments,
    inventory,
    emails,
    crm,
    webserver,
    delivery: {
      messages,
      lost,
      // By event ids, and by positions, which also tells rows of records that never were.
      duplicated: Math.max(stored.delivery.duplicated, duplicated),
      outOfOrder,
      redelivered: await redelivered(await Promise.all(replayed.services.map(address))),
      deadLettered: stored.delivery.deadLettered,
    },
    elapsedSeconds: Math.round(elapsedMs) / 1_000,
    messagesPerSecond: Math.round(messages / (elapsedMs / 1_000)),
    endToEndMs,
    memoryMb: replayed.memoryMb,
  };
  const { openingStock, rowsInOrders, logLines } = replayed;
  const facts = { openingStock, rowsInOrders, logLines, records, named: await namedPayments(streams) };
  return { report, facts, lostPositions };
}

/** How many records each topic holds, by the backend's own account. */
async function topicRecords(admin: Admin): Promise<Counts> {
  const topics = await admin.topics();
  const described = await Promise.all(topics.map((topic) => admin.describe(topic)));
  return Object.fromEntries(
    described.map(({ name, partitions }) => [
      name,
      partitions.reduce((sum, { records }) => sum + records, 0),
    ]),
  );
}

/**
 * Messages that were delivered again, as the service processes that run now have counted them; what an earlier process
 * counted died with it. No store keeps this figure.
 */
async function redelivered(addresses: readonly string[]): Promise<number> {
  const counts = await Promise.all(addresses.map(countOf));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function countOf(address: string): Promise<number> {
  const response = await fetch(`${address}/metrics`);
  const text = await response.text();
  return [...text.matchAll(sample)].reduce((sum, [, count]) => sum + Number(count), 0);
}
