import { randomUUID } from 'node:crypto';
import {
  type InventoryEvent,
  inventoryEvents,
  type PaymentResult,
  paymentEvents,
  paymentResults,
  type RequestLogged,
  webserverEvents,
} from '@millrace/events';
import {
  isStreamsError,
  type NewRecord,
  rawHeadersOf,
  rawTopic,
  type StoredRecord,
  type Streams,
} from '@millrace/streams';
import { type Fault, type FaultContext, pause } from './fault.ts';

const burst = 30_000;
/** All of them in one call would fill the dashboard's own memory. */
const burstStep = 1_000;
const soldOutForMs = 12_000;
/** Where the newest orders are looked for, one stretch of time after the other. */
const stretchesMs = [10_000, 60_000, 600_000, 86_400_000];

const poisoned: Readonly<Record<string, string>> = {
  payment: 'payment-events',
  inventory: 'inventory-events',
  shipping: 'inventory-results',
  email: 'emails',
  webserver: 'webserver-events',
};

export const messageFaults: readonly Fault[] = [
  {
    name: 'poison-message',
    title: 'Poison message',
    does: 'Stores a record that is no JSON in the topic that the service reads.',
    watch: 'Every group that reads the topic puts it among its dead letters and goes on behind it.',
    targets: Object.keys(poisoned),
    run: (context, service) => storeOddRecord(context, service, '{"orderId":"poison", this is no JSON'),
  },
  {
    name: 'wrong-shape',
    title: 'Message of a wrong shape',
    does: 'Stores good JSON that is no event of the topic that the service reads.',
    watch: 'The schema refuses it: a dead letter for each group that reads the topic.',
    targets: Object.keys(poisoned),
    run: (context, service) =>
      storeOddRecord(context, service, '{"type":"NothingKnown","orderId":"wrong-shape"}'),
  },
  {
    name: 'malformed-line',
    title: 'Malformed access-log line',
    does: 'Logs a request whose line no parser understands.',
    watch: 'A dead letter of webserver; page views go on.',
    targets: [],
    run: async ({ streams, stored }) => {
      await streams.publish(webserverEvents, [requestLogged('this is no line of an access log')]);
      stored(1);
      return 'a line without sense was logged';
    },
  },
  {
    name: 'duplicate-order',
    title: 'Duplicate order',
    does: 'Stores the newest order a second time, byte for byte, as a producer does that did not hear the answer.',
    watch: 'Its id is known: it is paid once, shipped once, told once.',
    targets: [],
    run: async ({ streams, writer, stored }) => {
      const payment = await newest(streams, paymentEvents.name, (value) => value.type === 'PaymentRequested');
      const { orderId } = parsed(payment);
      const stock = await newest(
        streams,
        inventoryEvents.name,
        (value) => value.type === 'StockRequested' && value.orderId === orderId,
      ).catch(() => undefined);
      const records = [payment, ...(stock ? [stock] : [])].map(again);
      await writer.append(records);
      stored(records.length);
      return `order ${orderId} was stored a second time`;
    },
  },
  {
    name: 'burst',
    title: 'Burst',
    does: `Logs ${burst} page requests at once.`,
    watch: 'The lag of webserver jumps and falls again; orders keep their pace.',
    targets: [],
    run: async ({ streams, look, signal }) => {
      const time = clfTime(new Date());
      for (let from = 0; from < burst && !signal.aborted; from += burstStep) {
        await streams.publish(
          webserverEvents,
          Array.from({ length: burstStep }, (_, index) => burstLine(from + index, time)),
        );
        if (from % (10 * burstStep) === 0) await look();
      }
      await look();
      return `${burst} requests were logged at once`;
    },
  },
  {
    name: 'sold-out',
    title: 'Sell out a product',
    does: `Writes off all stock of a product that was just ordered; the supplier delivers it again after ${soldOutForMs / 1_000} seconds.`,
    watch: 'Orders for it wait for stock, and are filled first in, first out.',
    targets: [],
    run: async ({ streams, signal, stored, look }) => {
      const record = await newest(streams, inventoryEvents.name, (value) => value.type === 'StockRequested');
      const event: InventoryEvent = JSON.parse(Buffer.from(record.value ?? []).toString());
      const sku = event.lines[0]?.sku ?? '';
      const quantity = 10_000;
      const document = { occurredAt: new Date().toISOString(), orderId: `break-it-${randomUUID()}` };
      await streams.publish(inventoryEvents, [
        { type: 'StockAdjusted', ...document, lines: [{ line: 1, sku, quantity: -quantity }] },
      ]);
      stored(1);
      await pause(soldOutForMs, { signal });
      await look();
      await streams.publish(inventoryEvents, [
        { type: 'StockReceived', ...document, lines: [{ line: 1, sku, quantity: quantity + 200 }] },
      ]);
      return `${sku} was sold out for ${soldOutForMs / 1_000} s`;
    },
  },
  {
    name: 'greedy-refund',
    title: 'Refund of too much',
    does: 'Asks for more money back than was ever captured of a payer.',
    watch: 'RefundDeclined, exceeds_captured; no penny moves and no stock comes back.',
    targets: [],
    run: async ({ streams, stored }) => {
      const record = await newest(streams, paymentResults.name, (value) => value.type === 'PaymentCaptured');
      const event: PaymentResult = JSON.parse(Buffer.from(record.value ?? []).toString());
      const { orderId, payerId, channel } = event;
      const refund = { orderId, payerId, channel, pence: 900_000_000, stockLines: 0 };
      await streams.publish(paymentEvents, [
        {
          type: 'RefundRequested',
          occurredAt: new Date().toISOString(),
          refundId: `break-it-${randomUUID()}`,
          ...refund,
        },
      ]);
      stored(1);
      return `£9,000,000 were asked back for order ${orderId}`;
    },
  },
];

async function storeOddRecord(
  { writer, stored }: FaultContext,
  service: string,
  value: string,
): Promise<string> {
  const topic = poisoned[service] ?? '';
  const partition = Math.floor(Math.random() * (await writer.partitions(topic)));
  await writer.append([{ topic, partition, key: 'break-it', value, headers: {}, timestamp: Date.now() }]);
  stored(1);
  return `a record that nobody can read is in ${topic}, partition ${partition}`;
}

interface Known {
  readonly type?: string;
  readonly orderId?: string;
}

/** The newest record of a topic that is wanted. Throws when there is none of the last day. */
async function newest(
  streams: Streams,
  topic: string,
  wanted: (value: Known) => boolean,
): Promise<StoredRecord> {
  for (const stretch of stretchesMs) {
    let found: StoredRecord | undefined;
    const signal = AbortSignal.timeout(10_000);
    const options = {
      from: { at: new Date(Date.now() - stretch) },
      to: 'now',
      limit: 50_000,
      signal,
    } as const;
    for await (const { record } of streams.read(rawTopic(topic), options))
      if (wanted(parsed(record))) found = record;
    if (found) return found;
  }
  throw new Error('there is no order yet to do it with');
}

function parsed(record: StoredRecord): Known {
  try {
    return JSON.parse(Buffer.from(record.value ?? []).toString());
  } catch (error) {
    if (isStreamsError(error)) throw error;
    return {};
  }
}

function again(record: StoredRecord): NewRecord {
  const { topic, partition, key, value } = record;
  return {
    topic,
    partition,
    key,
    value,
    headers: {},
    rawHeaders: rawHeadersOf(record),
    timestamp: Date.now(),
  };
}

function burstLine(number: number, time: string): RequestLogged {
  const line = `203.0.113.${number % 250} - - [${time}] "GET /p/${number} HTTP/1.1" 200 512 "-" "burst"`;
  return requestLogged(line, number);
}

function requestLogged(line: string, number = 0): RequestLogged {
  return {
    type: 'RequestLogged',
    occurredAt: new Date().toISOString(),
    requestId: `break-it-${randomUUID()}`,
    client: `203.0.113.${number % 250}`,
    line,
  };
}

/** `30/Nov/2026:10:05:03 +0000` */
function clfTime(date: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
