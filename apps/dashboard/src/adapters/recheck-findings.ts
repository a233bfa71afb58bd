import {
  emailRequestedSchema,
  inventoryResultSchema,
  paymentEventSchema,
  paymentResultSchema,
  stockAllocationSchema,
} from '@millrace/events';
import { every, type Logger } from '@millrace/service';
import type { StoredRecord, Streams } from '@millrace/streams';
import { anySignal } from '@millrace/streams';
import { Auditor } from '../domain/audit/auditor.ts';
import type { Finding } from '../domain/audit/verdict.ts';
import { readMerged } from '../messages/merged-read.ts';

export interface RecheckOptions {
  readonly streams: Streams;
  readonly auditor: Auditor;
  readonly log: Logger;
}

const everyMs = 3_000;
/** An order is read again from so long before its finding. */
const beforeMs = 900_000;
const mostOfTopic = 50_000;
const withinMs = 20_000;

/** Reads again what does not add up: a finding that the streams do not bear out was a mistake of reading. */
export async function recheckFindings(
  { streams, auditor, log }: RecheckOptions,
  signal: AbortSignal,
): Promise<void> {
  await every({ ms: everyMs, what: 'read an order again', log, signal }, async () => {
    const [finding] = auditor.unconfirmed();
    if (!finding) return;
    const limited = anySignal([signal, AbortSignal.timeout(withinMs)]);
    const isSo = await isBorneOut(streams, finding, limited);
    auditor.decide(finding, isSo);
    if (!isSo) log.warn({ finding: finding.says }, 'the auditor took a finding back: read again it adds up');
  });
}

/** True unless the whole order was read again and nothing is wrong with it. */
async function isBorneOut(streams: Streams, { orderId, at }: Finding, signal: AbortSignal): Promise<boolean> {
  const again = new Auditor();
  let requested = false;
  for (const [topic, feed] of Object.entries(feeds)) {
    const { partitions } = await streams.admin.describe(topic);
    const from = { at: new Date(at - beforeMs) };
    let looked = 0;
    for await (const record of readMerged(streams, topic, {
      partitions: partitions.map(({ partition }) => ({ partition, from })),
      signal,
    })) {
      if (++looked > mostOfTopic || signal.aborted) return true;
      if (!concerns(record, orderId ?? '')) continue;
      requested ||= topic === 'payment-events';
      feed(again, record);
    }
  }
  return !requested || again.unconfirmed().length > 0;
}

function concerns({ value }: StoredRecord, id: string): boolean {
  return value !== null && Buffer.from(value).includes(JSON.stringify(id));
}

type Feed = (auditor: Auditor, record: StoredRecord) => void;

const feeds: Readonly<Record<string, Feed>> = {
  'payment-events': feedOf(paymentEventSchema, (auditor, event, at) => auditor.addRequest(event, at)),
  'payment-results': feedOf(paymentResultSchema, (auditor, event, at) => auditor.addResult(event, at)),
  'stock-allocations': feedOf(stockAllocationSchema, (auditor, event, at) =>
    auditor.addAllocation(event, at),
  ),
  'inventory-results': feedOf(inventoryResultSchema, (auditor, event, at) => auditor.addAllocated(event, at)),
  emails: feedOf(emailRequestedSchema, (auditor, event, at) => auditor.addEmail(event, at)),
};

interface Schema<Event> {
  safeParse(value: unknown): { readonly success: boolean; readonly data?: Event | undefined };
}

function feedOf<Event>(
  schema: Schema<Event>,
  add: (auditor: Auditor, event: Event, at: number) => void,
): Feed {
  return (auditor, { value, timestamp }) => {
    const { success, data } = schema.safeParse(parsed(value));
    if (success && data !== undefined) add(auditor, data, timestamp);
  };
}

function parsed(value: Uint8Array | null): unknown {
  try {
    return JSON.parse(Buffer.from(value ?? []).toString());
  } catch {
    return undefined;
  }
}
