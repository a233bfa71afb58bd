import { anySignal, type Topic, topic } from '@millrace/streams';
import type { Scenario } from '../engine/scenario.ts';
import type { Stage } from '../engine/stage.ts';
import type { Place } from '../events.ts';
import { Shop } from '../process/shop.ts';
import { everyBackend, parameter, sameList } from './common.ts';

/** Where the services of the shop meet. */
const topics = ['payment-events', 'payment-results', 'inventory-events', 'inventory-results', 'emails'];
const last = 'product_delivered';
const expected = [
  'PaymentRequested',
  'StockRequested',
  'PaymentCaptured',
  'payment_received',
  'OrderAllocated',
  'product_shipped',
  last,
];

interface ShopEvent {
  readonly type: string;
  readonly orderId?: string;
  /** Of a requested email. */
  readonly status?: string;
}

interface SeenEvent extends Place {
  readonly label: string;
  readonly orderId: string | undefined;
  readonly timestamp: number;
  readonly seenAt: number;
}

export const orderAsRecords: Scenario = {
  id: '1',
  pictures: ['1', '2', '3', '4', '5', '12'],
  title: 'An order becomes a stream of records',
  text: 'A stream is data in small pieces over time, and events make streams. The services of the shop run on this backend; an order is placed in the storefront, and what each service does about it appears as records while it happens. A consumer that is added later reads the same from the beginning.',
  backends: everyBackend,
  cannot: {},
  needs: 'own server',
  parameters: [parameter('orders', 'orders placed one after another', 1, [1, 20])],
  leavesOut:
    'Email, CRM, database and web server: npm start runs all services, and its dashboard shows them.',
  play: async (stage) => {
    let storefront = '';
    await stage.step(
      'The shop starts',
      'Storefront, payment, inventory and shipping: four processes.',
      async () => {
        const shop = stage.use(await Shop.open(stage.url));
        storefront = await shop.ready();
        for (const [consumer, pid] of shop.pids)
          stage.tell({ kind: 'consumer-started', consumer, group: consumer, pid });
      },
    );
    const seen: SeenEvent[] = [];
    const orders: string[] = [];
    await stage.step('An order is placed', 'Each record is shown when it appears.', async () => {
      const watching = new AbortController();
      const signal = anySignal([stage.signal, watching.signal]);
      const watched = Promise.allSettled(topics.map((name) => watch(stage, name, seen, signal)));
      try {
        for (let number = 1; number <= stage.parameter('orders'); number++) {
          const orderId = await placeOrder(stage, storefront, number);
          orders.push(orderId);
          stage.commandLine(
            sameEverywhere(`curl -X POST ${storefront}/orders -H 'idempotency-key: …' -d '…'`),
          );
          await stage.until(`order ${orderId} is delivered`, () =>
            seen.some((event) => event.orderId === orderId && event.label === last),
          );
        }
      } finally {
        watching.abort();
        await watched;
      }
    });
    const late: string[] = [];
    await stage.step('A consumer is added', 'It reads everything from the beginning.', async () => {
      stage.tell({ kind: 'consumer-started', consumer: 'newcomer', group: null, pid: null });
      for (const event of await everything(stage)) {
        late.push(placeText(event));
        const { topic: name, partition, offset, label } = event;
        const place = { topic: name, partition, offset };
        stage.tell({ kind: 'delivered', consumer: 'newcomer', group: null, label, attempt: 1, ...place });
      }
    });
    stage.claim('Every service has left its record of the order', async () => {
      const stored = await everything(stage);
      const missing = orders.flatMap((orderId) =>
        expected.filter((label) => !stored.some((e) => e.orderId === orderId && e.label === label)),
      );
      return {
        holds: missing.length === 0 && orders.length > 0,
        evidence: `${stored.length} records of ${orders.length} order(s); missing: ${missing.join(', ') || 'none'}`,
      };
    });
    stage.claim('The first record was read before the last one existed', async () => {
      const stored = await everything(stage);
      const newest = Math.max(...stored.map(({ timestamp }) => timestamp));
      const first = Math.min(...seen.map(({ seenAt }) => seenAt));
      return {
        holds: first < newest,
        evidence:
          stored.length === 0
            ? 'nothing is stored'
            : `the first was read ${newest - first} ms before the last was stored`,
      };
    });
    stage.claim('The consumer that came later has read what is stored, all of it', async () =>
      sameList('records', late, (await everything(stage)).map(placeText)),
    );
  },
};

async function watch(stage: Stage, name: string, seen: SeenEvent[], signal: AbortSignal): Promise<void> {
  for await (const message of stage.streams.read(shopTopic(name), { signal })) {
    const event = seenEvent(message);
    seen.push(event);
    const { topic: from, partition, offset, label, timestamp } = event;
    stage.tell({
      kind: 'stored',
      topic: from,
      partition,
      offset,
      label,
      timestamp,
      key: event.orderId ?? null,
    });
  }
}

/** Topic by topic, partition by partition. */
async function everything(stage: Stage): Promise<SeenEvent[]> {
  const there = new Set(await stage.streams.admin.topics());
  const found: SeenEvent[] = [];
  for (const name of topics.filter((each) => there.has(each)))
    for await (const message of stage.streams.read(shopTopic(name), { to: 'now', signal: stage.signal }))
      found.push(seenEvent(message));
  return found.sort((a, b) => placeText(a).localeCompare(placeText(b), 'en', { numeric: true }));
}

function seenEvent(message: Place & { readonly value: ShopEvent; readonly timestamp: number }): SeenEvent {
  const { topic: name, partition, offset, timestamp, value } = message;
  const { orderId, type, status } = value;
  return { topic: name, partition, offset, timestamp, orderId, label: status ?? type, seenAt: Date.now() };
}

async function placeOrder(stage: Stage, storefront: string, number: number): Promise<string> {
  const { products } = (await (await fetch(`${storefront}/products`)).json()) as {
    products: { readonly sku: string }[];
  };
  const product = products[Math.floor(stage.random() * products.length)];
  const response = await fetch(`${storefront}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `guide-${number}` },
    body: JSON.stringify({
      customerId: 'C-1',
      channel: 'web',
      card: { number: '4242 4242 4242 4242', expiry: `${new Date().getFullYear() + 1}-12` },
      basket: [{ sku: product?.sku, quantity: 1 }],
    }),
    signal: stage.signal,
  });
  if (response.status !== 202) throw new Error(`POST /orders: ${response.status} ${await response.text()}`);
  const { orderId } = (await response.json()) as { orderId: string };
  return orderId;
}

function shopTopic(name: string): Topic<ShopEvent> {
  return topic<ShopEvent>(name);
}

function placeText({ topic: name, partition, offset }: Place): string {
  return `${name}:${partition}:${offset}`;
}

function sameEverywhere(text: string): Parameters<Stage['commandLine']>[0] {
  return { embedded: text, redis: text, kafka: text };
}
