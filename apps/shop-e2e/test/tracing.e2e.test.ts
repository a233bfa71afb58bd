import { inventoryResults } from '@millrace/events';
import { openStreams } from '@millrace/streams';
import { attributeNames } from '@millrace/streams-telemetry';
import {
  requireService,
  type ServiceName,
  startKafka,
  startRedis,
  type Trace,
  type TracedSpan,
} from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import type { OpenBackend } from '../src/backends.ts';
import { type MailServer, startMailServer } from '../src/mail-server.ts';
import { TraceTree } from '../src/trace-tree.ts';
import { TracedShop } from '../src/traced-shop.ts';
import { until } from '../src/until.ts';

const backends: readonly { name: string; service?: ServiceName; open: () => Promise<OpenBackend> }[] = [
  { name: 'an embedded log', open: async () => ({ url: undefined, [Symbol.asyncDispose]: async () => {} }) },
  { name: 'Redis', service: 'redis', open: () => startRedis() },
  { name: 'Kafka', service: 'kafka', open: () => startKafka() },
];

const card = { number: '4242 4242 4242 4242', expiry: '2030-12' };
const customerId = 'ada-lovelace';

const withJaeger = requireService('jaeger');

withJaeger('an order that is traced', () => {
  for (const { name, service, open } of backends) {
    const declare = service === undefined ? describe : requireService(service);
    declare(`on ${name}`, () => {
      test('is one trace of every service, through waits, kills and dead letters', async () => {
        await using backend = await open();
        await using mail = await startMailServer();
        await using shop = await TracedShop.open({ streamsUrl: backend.url, mail });
        await orderInStock(shop);
        await orderThatWaits(shop);
        await emailThatIsRefused(shop, mail);
        await emailWhoseSenderIsKilled(shop, mail);
      });
    });
  }
});

/** The whole way of an order. */
async function orderInStock(shop: TracedShop): Promise<void> {
  const basket = [
    { sku: '10102', quantity: 1 },
    { sku: '10103', quantity: 2 },
  ];
  const id = await shop.post('/orders', { customerId, card, basket }, 'in-stock');
  const trace = await shop.trace(id, 'everything', isDelivered);
  const tree = new TraceTree(trace);
  expect(tree.roots.map(({ service, name }) => `${service}: ${name}`)).toEqual(['storefront: POST /orders']);
  const paid = 'storefront: POST /orders > storefront: send payment-events';
  const decided = `${paid} > payment: process payment-events`;
  const moved = `${decided} > inventory: process payment-results`;
  const lined = `${moved} > inventory: process stock-movements`;
  const allocated = `${lined} > inventory: process stock-allocations`;
  const mailed = `${allocated} > shipping: process inventory-results`;
  for (const path of [
    'storefront: POST /orders > storefront: send inventory-events > inventory: process inventory-events',
    `${paid} > database: process payment-events > database: INSERT sqlite`,
    `${paid} > payment: process payment-events > payment: commit payment-events`,
    `${decided} > crm: process payment-results > crm: INSERT sqlite`,
    `${decided} > database: process payment-results > database: INSERT sqlite`,
    `${lined} > database: process stock-allocations`,
    `${allocated} > crm: process inventory-results`,
    `${allocated} > database: process inventory-results`,
    `${mailed} > email: process emails > email: SMTP send`,
    `${mailed} > database: process emails`,
    // What shipping delivers later goes on with the order, not with the alarm that rang.
    `${allocated} > shipping: create emails > email: process emails > email: SMTP send`,
  ])
    expect([...tree.paths]).toContainEqual(expect.stringContaining(path));
  const [delivered] = tree.named('shipping', 'create emails').filter(({ links }) => links.length > 0);
  expect(delivered?.links, 'the alarm is linked as the cause').toHaveLength(1);
  expect(tree.spans.some((span) => delivered?.links.includes(span.id))).toBe(false);
  expectNothingPersonal(trace);
}

function isDelivered(trace: Trace): boolean {
  const tree = new TraceTree(trace);
  // Received, shipped, delivered.
  return (
    tree.named('email', 'SMTP send').length >= 3 &&
    tree.named('database', 'process emails').length >= 3 &&
    tree.named('crm', 'process inventory-results').length > 0 &&
    tree.named('email', 'commit emails').length > 0 &&
    tree.named('payment', 'commit payment-events').length > 0 &&
    tree.named('database', 'process inventory-results').length > 0 &&
    tree.roots.length === 1
  );
}

function expectNothingPersonal({ spans }: Trace): void {
  // Ids are random, and may happen to hold four digits of a card.
  const text = JSON.stringify(spans.map(({ name, attributes }) => [name, attributes])).toLowerCase();
  for (const secret of ['4242', '2030', customerId, 'lovelace', '@', '127.0.0.1', '7850', 'bowl'])
    expect(text).not.toContain(secret);
  // What Jaeger writes where a span has a kind, a state and a maker of its own.
  const jaegers = [
    'span.kind',
    'otel.scope.name',
    'otel.status_code',
    'error',
    'internal.span.format',
    'w3c.tracestate',
  ];
  const known = [...Object.values(attributeNames), ...jaegers];
  const used = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
  expect(known).toEqual(expect.arrayContaining([...used]));
}

/** An order for more than there is goes on in its own trace once a delivery, which has a trace of its own, brings the rest. */
async function orderThatWaits(shop: TracedShop): Promise<void> {
  const basket = [{ sku: '20201', quantity: 9 }];
  const id = await shop.post('/orders', { customerId: 'grace', card, basket }, 'waits');
  await shop.trace(
    id,
    'the line that waits',
    (trace) => new TraceTree(trace).named('database', 'process stock-allocations').length > 0,
  );
  const delivery = await shop.post(
    '/stock',
    { kind: 'delivery', items: [{ sku: '20201', quantity: 9 }] },
    'delivery',
  );
  const tree = new TraceTree(await shop.trace(id, 'everything', isDelivered));
  const filled = tree.named('inventory', 'create stock-allocations').find(({ links }) => links.length > 0);
  const cause = await shop.trace(delivery, 'what filled the line', ({ spans }) =>
    spans.some((span) => filled?.links.includes(span.id)),
  );
  const [filling] = cause.spans.filter((span) => filled?.links.includes(span.id));
  expect(filling).toMatchObject({ service: 'inventory', name: 'process stock-movements' });
  expect(new TraceTree(cause).named('shipping', 'process inventory-results')).toEqual([]);
}

/** The refused e-mail is a dead letter of the order's trace, and goes on from there when it is redriven. */
async function emailThatIsRefused(shop: TracedShop, mail: MailServer): Promise<void> {
  mail.decideBy((id) => (id.startsWith('payment_received') ? 'refuse' : 'take'));
  const order = { customerId: 'alan', card, basket: [{ sku: '10104', quantity: 1 }] };
  const id = await shop.post('/orders', order, 'refused');
  const refused = new TraceTree(
    await shop.trace(
      id,
      'the dead letter',
      (trace) =>
        new TraceTree(trace)
          .named('email', 'create email.dead-letters')
          .some((letter) => letter.parent !== undefined) && new TraceTree(trace).roots.length === 1,
    ),
  );
  const [letter] = refused.named('email', 'create email.dead-letters');
  expect(letter?.attributes).toMatchObject({ 'millrace.dead_letter.code': 'REJECTED' });
  const failed = letter && refused.parentOf(letter);
  expect(failed).toMatchObject({ service: 'email', name: 'process emails' });
  expect(failed?.attributes).toMatchObject({ 'error.type': 'REJECTED', error: true });

  mail.decideBy(() => 'take');
  await using streams = await openStreams(shop.streamsUrl);
  await until(async () => (await streams.admin.lag('email')) === 0, { what: 'the e-mails are settled' });
  expect(await streams.admin.redrive('email')).toBe(1);
  // Received, by the redrive, shipped and delivered.
  const redriven = new TraceTree(
    await shop.trace(id, 'all e-mails', (trace) => succeeded(trace, 'email', 'process emails').length === 3),
  );
  expect(
    redriven.named('email', 'process emails').filter(({ parent }) => parent === letter?.id),
  ).toHaveLength(1);
}

function succeeded(trace: Trace, service: string, name: string): readonly TracedSpan[] {
  return new TraceTree(trace).named(service, name).filter(({ attributes }) => attributes.error === undefined);
}

/** What is handled again after a kill -9 is in the same trace, below the same parent, as a further attempt. */
async function emailWhoseSenderIsKilled(shop: TracedShop, mail: MailServer): Promise<void> {
  mail.decideBy((id) => (id.startsWith('product_shipped') ? 'hold' : 'take'));
  const before = mail.arrived.length;
  const order = { customerId: 'edsger', card, basket: [{ sku: '10105', quantity: 1 }] };
  const id = await shop.post('/orders', order, 'killed');
  await until(() => mail.arrived.slice(before).some((each) => each.startsWith('product_shipped')), {
    what: 'the e-mail is on its way',
  });
  await shop.kill('email');
  mail.decideBy(() => 'take');
  shop.start('email');
  const secondTries = (trace: Trace): readonly TracedSpan[] =>
    succeeded(trace, 'email', 'process emails').filter(
      ({ attributes }) =>
        attributes['millrace.message.attempt'] === 2 &&
        String(attributes['messaging.message.id']).includes('product_shipped'),
    );
  const trace = await shop.trace(id, 'the second try', (found) => secondTries(found).length > 0);
  const [again, ...others] = secondTries(trace);
  expect(others).toEqual([]);
  expect(again && new TraceTree(trace).parentOf(again)).toMatchObject({
    service: 'shipping',
    name: `process ${inventoryResults.name}`,
  });
}
