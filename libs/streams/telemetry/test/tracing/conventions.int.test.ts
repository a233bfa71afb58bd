import { exponential, on, onBatch, Rejected, type Running, text, topic } from '@millrace/streams';
import { openKafka } from '@millrace/streams-kafka';
import { requireService, startKafka } from '@millrace/testing';
import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import * as semantic from '@opentelemetry/semantic-conventions/incubating';
import { expect, test } from 'vitest';
import { conventions } from '../../src/attribute-names.ts';
import { idOf, linksOf, parentOf, recordFrom } from './recorder.ts';

const withKafka = requireService('kafka');
const orders = topic<string | null>('orders', {
  codec: text,
  nullable: true,
  key: () => 'one',
  id: (order) => order ?? '',
});
const results = topic<string>('results', { codec: text, key: () => 'one' });

const kinds: Readonly<Record<string, SpanKind>> = {
  [semantic.MESSAGING_OPERATION_TYPE_VALUE_CREATE]: SpanKind.PRODUCER,
  [semantic.MESSAGING_OPERATION_TYPE_VALUE_SEND]: SpanKind.PRODUCER,
  [semantic.MESSAGING_OPERATION_TYPE_VALUE_PROCESS]: SpanKind.CONSUMER,
  [semantic.MESSAGING_OPERATION_TYPE_VALUE_SETTLE]: SpanKind.CLIENT,
};

/** What the conventions ask of every messaging span. */
function expectConventional({
  name,
  kind,
  attributes,
  status,
  instrumentationScope,
  links,
}: ReadableSpan): void {
  const {
    [semantic.ATTR_MESSAGING_OPERATION_NAME]: operation,
    [semantic.ATTR_MESSAGING_OPERATION_TYPE]: type,
    [semantic.ATTR_MESSAGING_DESTINATION_NAME]: destination,
  } = attributes;
  expect(attributes[semantic.ATTR_MESSAGING_SYSTEM_NAME]).toBe(semantic.MESSAGING_SYSTEM_NAME_VALUE_KAFKA);
  expect(name).toBe(destination === undefined ? operation : `${operation} ${destination}`);
  // The context that records carry is another one's where a span was created for each.
  const carried = type !== semantic.MESSAGING_OPERATION_TYPE_VALUE_SEND || links.length === 0;
  expect(kind, name).toBe(carried ? kinds[String(type)] : SpanKind.CLIENT);
  expect(attributes[semantic.ATTR_ERROR_TYPE] !== undefined).toBe(status.code === SpanStatusCode.ERROR);
  expect(instrumentationScope.schemaUrl).toBe(`https://opentelemetry.io/schemas/${conventions}`);
}

withKafka('spans on Kafka', () => {
  test('are named and described as the conventions for messaging and for Kafka ask', async () => {
    await using server = await startKafka();
    await using recorder = recordFrom(await openKafka(server.url));
    const { streams } = recorder;
    const settled = async (running: Running): Promise<void> => {
      await running.caughtUp();
      await running.stop();
    };
    await streams.admin.ensureTopics([orders, results].map(({ name }) => ({ name, partitions: 1 })));
    await streams.publish(orders, ['o1']);
    await streams.publish(orders, [null], { key: 'one' });
    await streams.publish(results, ['r1', 'r2']);
    const spanOf = (name: string, with_: Attributes = {}): Attributes => {
      const found = recorder
        .spans()
        .filter((span) => span.name === name)
        .map(({ attributes }) => attributes)
        .filter((attributes) => Object.entries(with_).every(([key, value]) => attributes[key] === value));
      expect(found, name).toHaveLength(1);
      return found[0] ?? {};
    };
    await settled(
      await streams.run({
        group: 'payment',
        mode: 'partitioned',
        delivery: 'exactly-once',
        retry: { attempts: 1, delay: exponential(1) },
        routes: [
          on(orders, ({ value }) => {
            if (value === null) throw new Rejected('no order');
          }),
          onBatch(results, 10, () => {}),
        ],
      }),
    );
    for (const span of recorder.spans()) expectConventional(span);

    const of = {
      [semantic.ATTR_MESSAGING_SYSTEM_NAME]: semantic.MESSAGING_SYSTEM_NAME_VALUE_KAFKA,
      [semantic.ATTR_MESSAGING_DESTINATION_NAME]: 'orders',
      [semantic.ATTR_MESSAGING_DESTINATION_PARTITION_ID]: '0',
    };
    const send = {
      [semantic.ATTR_MESSAGING_OPERATION_NAME]: 'send',
      [semantic.ATTR_MESSAGING_OPERATION_TYPE]: semantic.MESSAGING_OPERATION_TYPE_VALUE_SEND,
    };
    const process = {
      [semantic.ATTR_MESSAGING_OPERATION_NAME]: 'process',
      [semantic.ATTR_MESSAGING_OPERATION_TYPE]: semantic.MESSAGING_OPERATION_TYPE_VALUE_PROCESS,
      [semantic.ATTR_MESSAGING_CONSUMER_GROUP_NAME]: 'payment',
      'millrace.message.attempt': 1,
    };
    const first = { [semantic.ATTR_KAFKA_OFFSET]: 0 };
    const second = { [semantic.ATTR_KAFKA_OFFSET]: 1, [semantic.ATTR_KAFKA_MESSAGE_TOMBSTONE]: true };
    const id = { [semantic.ATTR_MESSAGING_MESSAGE_ID]: 'o1' };
    expect(spanOf('send orders', first)).toEqual({ ...of, ...send, ...first, ...id });
    expect(spanOf('send orders', second)).toEqual({ ...of, ...send, ...second });
    expect(spanOf('process orders', first)).toEqual({ ...of, ...process, ...first, ...id });
    expect(spanOf('process orders', second)).toMatchObject({
      ...of,
      ...process,
      ...second,
      [semantic.ATTR_ERROR_TYPE]: 'REJECTED',
    });
    const letter = spanOf('create payment.dead-letters');
    expect(letter).toMatchObject({
      [semantic.ATTR_MESSAGING_OPERATION_TYPE]: semantic.MESSAGING_OPERATION_TYPE_VALUE_CREATE,
      'millrace.dead_letter.code': 'REJECTED',
    });

    // Several messages: their number, and nothing that is only one's.
    const two = { [semantic.ATTR_MESSAGING_BATCH_MESSAGE_COUNT]: 2 };
    const together = { ...of, ...two, [semantic.ATTR_MESSAGING_DESTINATION_NAME]: 'results' };
    const { [semantic.ATTR_MESSAGING_DESTINATION_PARTITION_ID]: _, ...sent } = { ...together, ...send };
    expect(spanOf('send results')).toEqual(sent);
    expect(spanOf('process results')).toEqual({ ...together, ...process });
    // The first one is its parent.
    const [leading, ...others] = recorder.spans().filter(({ name }) => name === 'create results');
    expect(others).toHaveLength(1);
    expect(parentOf(recorder.span('send results'))).toBe(leading && idOf(leading));
    expect(linksOf(recorder.span('send results'))).toEqual(others.map((span) => [idOf(span), 'batch']));
  });
});
