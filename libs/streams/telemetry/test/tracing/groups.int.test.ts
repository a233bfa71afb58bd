import { exponential, on, onBatch, outgoing, Rejected, type Running, store, topic } from '@millrace/streams';
import { describe, expect, it, vi } from 'vitest';
import { idOf, linksOf, parentOf, record, traceOf } from './recorder.ts';

const orders = topic<string>('orders', { key: (order) => order, id: (order) => order });
const results = topic<string>('results', { key: (order) => order, id: (order) => `result:${order}` });
const fates = store<string>('fates');

async function settled(running: Running): Promise<void> {
  await running.caughtUp();
  await running.stop();
}

describe('values of several topics that are published together', () => {
  it('are one trace, in which each topic has its span', async () => {
    await using recorder = await record();
    const { streams } = recorder;
    await streams.admin.ensureTopics([orders, results].map(({ name }) => ({ name, partitions: 2 })));
    await streams.publishTogether([outgoing(orders, ['o1']), outgoing(results, ['o1', 'o2'])], {
      headers: { shop: 'one' },
    });
    const [first, second] = ['send orders', 'send results'].map((name) => recorder.span(name));
    if (!first || !second) throw new Error('no spans');
    expect(parentOf(second)).toBe(idOf(first));
    for (const [own, span] of [
      [orders, first],
      [results, second],
    ] as const) {
      for await (const { headers } of streams.read(own, { to: 'now' }))
        expect(headers).toMatchObject({ shop: 'one', traceparent: expect.stringContaining(idOf(span)) });
    }
  });
});

describe('a group that is traced', () => {
  it('goes on with the trace of what it handles: publish, process, process, commit', async () => {
    await using recorder = await record();
    const { streams } = recorder;
    await streams.admin.ensureTopics([orders, results].map(({ name }) => ({ name, partitions: 2 })));
    await streams.publish(orders, ['o1']);
    const first = await streams.run({
      group: 'payment',
      mode: 'partitioned',
      delivery: 'exactly-once',
      stores: [fates],
      routes: [
        on(orders, async ({ value }, context) => {
          context.state(fates).set(value, 'paid');
          await Promise.resolve();
          context.send(results, value);
        }),
      ],
    });
    await settled(first);
    const second = await streams.run({
      group: 'shipping',
      mode: 'competing',
      delivery: 'at-least-once',
      routes: [on(results, () => {})],
    });
    await settled(second);

    const [send, handled, commit] = ['send orders', 'process orders', 'commit orders'].map((name) =>
      recorder.span(name),
    );
    if (!send || !handled || !commit) throw new Error('no spans');
    expect(parentOf(send)).toBeUndefined();
    expect(parentOf(handled)).toBe(idOf(send));
    expect(parentOf(commit)).toBe(idOf(handled));
    expect(parentOf(recorder.span('process results'))).toBe(idOf(handled));
    expect(new Set(recorder.spans().map(traceOf)).size).toBe(1);
    expect(send.attributes).toEqual({
      'messaging.system.name': 'embedded',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': expect.stringMatching(/^[01]$/),
      'messaging.message.id': 'o1',
      'millrace.message.offset': expect.any(String),
    });
    expect(handled.attributes).toEqual({
      'messaging.system.name': 'embedded',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': send.attributes['messaging.destination.partition.id'],
      'messaging.consumer.group.name': 'payment',
      'messaging.message.id': 'o1',
      'millrace.message.offset': send.attributes['millrace.message.offset'],
      'millrace.message.attempt': 1,
    });
    expect(commit.attributes).toEqual({
      'messaging.system.name': 'embedded',
      'messaging.operation.name': 'commit',
      'messaging.operation.type': 'settle',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': send.attributes['messaging.destination.partition.id'],
      'messaging.consumer.group.name': 'payment',
    });
  });

  it('is in the trace wherever its handler goes: what it publishes, what it logs', async () => {
    await using recorder = await record();
    const { streams, tracing } = recorder;
    await streams.admin.ensureTopics([orders, results].map(({ name }) => ({ name, partitions: 1 })));
    await streams.publish(orders, ['o1']);
    let logged: object = {};
    const running = await streams.run({
      group: 'payment',
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [
        on(orders, async ({ value }) => {
          await streams.publish(results, [value, value]);
          await tracing.inSpan({ name: 'work', attributes: { protocol: 'smtp' } }, async () => {
            logged = tracing.logFields();
          });
        }),
      ],
    });
    await settled(running);
    const handled = recorder.span('process orders');
    expect(parentOf(recorder.span('send results'))).toBe(idOf(handled));
    expect(parentOf(recorder.span('work'))).toBe(idOf(handled));
    expect(logged).toEqual({ trace_id: traceOf(handled), span_id: idOf(recorder.span('work')) });
    expect(tracing.logFields()).toEqual({});
  });

  it('hands baggage on, sampled or not', async () => {
    for (const flags of ['00', '01']) {
      await using recorder = await record('parentbased_always_on');
      const { streams } = recorder;
      await streams.admin.ensureTopics([orders, results].map(({ name }) => ({ name, partitions: 1 })));
      const traceparent = `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-${flags}`;
      await streams.publish(orders, ['o1'], { headers: { traceparent, baggage: 'tenant=shop-7' } });
      const running = await streams.run({
        group: 'payment',
        mode: 'partitioned',
        delivery: 'exactly-once',
        routes: [on(orders, ({ value }, context) => context.send(results, value))],
      });
      await settled(running);
      const carried: unknown[] = [];
      for await (const { headers } of streams.read(results, { to: 'now' })) carried.push(headers.baggage);
      expect(carried).toEqual(['tenant=shop-7']);
    }
  });

  it('is active for all of its handler, from the first promise on, after thousands without one', async () => {
    await using recorder = await record();
    const { streams, tracing } = recorder;
    await streams.admin.ensureTopics([{ name: orders.name, partitions: 1 }]);
    const count = 1_500;
    await streams.publish(
      orders,
      Array.from({ length: count }, (_, index) => `o${index}`),
    );
    let late: object = {};
    const running = await streams.run({
      group: 'payment',
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [
        on(orders, ({ value }) =>
          value === `o${count - 1}`
            ? Promise.resolve().then(() => {
                late = tracing.logFields();
              })
            : undefined,
        ),
      ],
    });
    await settled(running);
    const last = recorder.spans().findLast(({ name }) => name === 'process orders');
    expect(late).toEqual({ trace_id: last && traceOf(last), span_id: last && idOf(last) });
  });

  it('goes on with a trace that is not sampled, without a span', async () => {
    await using recorder = await record('parentbased_always_on');
    const { streams, tracing } = recorder;
    await streams.admin.ensureTopics([orders, results].map(({ name }) => ({ name, partitions: 1 })));
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
    const headers = { traceparent, tracestate: 'vendor=7' };
    await streams.publish(orders, ['o1'], { headers });
    let logged: object = {};
    const running = await streams.run({
      group: 'payment',
      mode: 'partitioned',
      delivery: 'exactly-once',
      routes: [
        on(orders, async ({ value }, context) => {
          context.send(results, value);
          logged = tracing.logFields();
          await streams.publish(results, [value]);
          await tracing.inSpan({ name: 'work', attributes: {} }, async () => {});
        }),
      ],
    });
    await settled(running);
    for await (const { headers: carried } of streams.read(results, { to: 'now' })) {
      expect(carried.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[\da-f]{16}-00$/);
      expect(carried.tracestate).toBe('vendor=7');
    }
    expect(logged).toMatchObject({ trace_id: '0af7651916cd43dd8448eb211c80319c' });
    expect(recorder.spans()).toEqual([]);
  });

  it('links an attempt to the one before it, and a dead letter follows the last', async () => {
    await using recorder = await record();
    const { streams } = recorder;
    await streams.admin.ensureTopics([{ name: orders.name, partitions: 1 }]);
    await streams.publish(orders, ['o1']);
    let broken = true;
    const run = (): Promise<Running> =>
      streams.run({
        group: 'payment',
        mode: 'partitioned',
        delivery: 'exactly-once',
        retry: { attempts: 2, delay: exponential(1) },
        routes: [
          on(orders, () => {
            if (broken) throw new Error('a secret');
          }),
        ],
      });
    await settled(await run());
    const tries = recorder.spans().filter(({ name }) => name === 'process orders');
    const [first, second] = tries;
    if (!first || !second) throw new Error('no tries');
    expect(tries.map(({ attributes }) => attributes['millrace.message.attempt'])).toEqual([1, 2]);
    expect(tries.map(({ attributes }) => attributes['error.type'])).toEqual(['Error', 'Error']);
    expect(linksOf(second)).toEqual([[idOf(first), 'earlier-attempt']]);
    const letter = recorder.span('create payment.dead-letters');
    expect(parentOf(letter)).toBe(idOf(second));
    expect(letter.attributes).toMatchObject({
      'millrace.dead_letter.code': 'HANDLER_FAILED',
      'millrace.message.attempt': 2,
    });
    expect(letter.attributes, 'writing it did not fail').not.toHaveProperty('error.type');
    expect(
      JSON.stringify(recorder.spans().map(({ attributes, events, status }) => [attributes, events, status])),
    ).not.toContain('secret');

    broken = false;
    expect(await streams.admin.redrive('payment')).toBe(1);
    await settled(await run());
    const redriven = recorder.span('process payment.dead-letters');
    expect(parentOf(redriven)).toBe(idOf(letter));
    const back = recorder.span('create orders');
    expect(parentOf(back)).toBe(idOf(letter));
    expect(linksOf(back)).toEqual([[idOf(redriven), 'cause']]);
    const last = recorder.spans().findLast(({ name }) => name === 'process orders');
    expect(last && parentOf(last)).toBe(idOf(back));
    expect(new Set(recorder.spans().map(traceOf)).size).toBe(1);
  });

  it('handles a batch in one span of the first trace, linked to all others', async () => {
    await using recorder = await record();
    const { streams } = recorder;
    await streams.admin.ensureTopics([{ name: orders.name, partitions: 1 }]);
    await streams.publish(orders, ['o1', 'o2', 'o3']);
    const running = await streams.run({
      group: 'database',
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [onBatch(orders, 10, () => {})],
    });
    await settled(running);
    const created = recorder.spans().filter(({ name }) => name === 'create orders');
    expect(created.map(parentOf)).toEqual([undefined, undefined, undefined]);
    expect(new Set(created.map(traceOf)).size).toBe(3);
    const send = recorder.span('send orders');
    expect(parentOf(send)).toBe(created[0] && idOf(created[0]));
    const others = created.slice(1).map((span) => [idOf(span), 'batch']);
    expect(linksOf(send)).toEqual(others);

    const handled = recorder.span('process orders');
    expect(parentOf(handled)).toBe(created[0] && idOf(created[0]));
    expect(linksOf(handled)).toEqual(others);
    expect(handled.attributes['messaging.batch.message_count']).toBe(3);
    const commit = recorder.span('commit orders');
    expect(parentOf(commit)).toBe(idOf(handled));
    expect(linksOf(commit)).toEqual([]);
  });

  it('goes on with the trace that waited in its state, because of the message that ends the wait', async () => {
    await using recorder = await record();
    const { streams } = recorder;
    await streams.admin.ensureTopics([orders, results].map(({ name }) => ({ name, partitions: 1 })));
    await streams.publish(orders, ['waits']);
    await streams.publish(orders, ['comes']);
    const waiting = store<{ readonly traceparent: string | undefined }>('waiting');
    const running = await streams.run({
      group: 'join',
      mode: 'partitioned',
      delivery: 'exactly-once',
      stores: [waiting],
      routes: [
        on(orders, async ({ value, headers }, context) => {
          const state = context.state(waiting);
          if (value === 'waits') return state.set('one', { traceparent: headers.traceparent });
          const before = await state.get('one');
          const from = before?.traceparent;
          context.send(results, 'joined', from === undefined ? {} : { headers: { traceparent: from } });
        }),
      ],
    });
    await settled(running);
    const [waited, came] = recorder.spans().filter(({ name }) => name === 'send orders');
    const ended = recorder.spans().findLast(({ name }) => name === 'process orders');
    const create = recorder.span('create results');
    if (!waited || !came || !ended) throw new Error('no spans');
    expect(parentOf(create)).toBe(idOf(waited));
    expect(linksOf(create)).toEqual([[idOf(ended), 'cause']]);
    expect(traceOf(ended)).toBe(traceOf(came));
  });

  it('makes no span while it waits for messages', async () => {
    await using recorder = await record();
    const { streams } = recorder;
    await streams.admin.ensureTopics([{ name: orders.name, partitions: 1 }]);
    const running = await streams.run({
      group: 'idle',
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [on(orders, () => {})],
    });
    await vi.waitFor(() => expect(running.leases()).toEqual([0]));
    await settled(running);
    expect(recorder.spans()).toEqual([]);
  });

  it('samples a share of the traces, each of them whole', async () => {
    await using recorder = await record('parentbased_traceidratio', 0.25);
    const { streams } = recorder;
    await streams.admin.ensureTopics([orders, results].map(({ name }) => ({ name, partitions: 1 })));
    const values = Array.from({ length: 400 }, (_, index) => `o${index}`);
    await streams.publish(orders, values);
    const running = await streams.run({
      group: 'payment',
      mode: 'partitioned',
      delivery: 'exactly-once',
      routes: [on(orders, ({ value }, context) => context.send(results, value))],
    });
    await settled(running);
    const named = (name: string): number => recorder.spans().filter((span) => span.name === name).length;
    expect(named('create orders')).toBeGreaterThan(50);
    expect(named('create orders')).toBeLessThan(180);
    expect(named('process orders')).toBe(named('create orders'));
  });
});

describe('what a handler refuses', () => {
  it('is an error by its code', async () => {
    await using recorder = await record();
    const { streams } = recorder;
    await streams.admin.ensureTopics([{ name: orders.name, partitions: 1 }]);
    await streams.publish(orders, ['o1']);
    const running = await streams.run({
      group: 'payment',
      mode: 'competing',
      delivery: 'at-most-once',
      routes: [
        on(orders, () => {
          throw new Rejected('card 4242424242424242 is no card');
        }),
      ],
    });
    await settled(running);
    expect(recorder.span('process orders').attributes).toMatchObject({ 'error.type': 'REJECTED' });
    expect(parentOf(recorder.span('create payment.dead-letters'))).toBe(
      idOf(recorder.span('process orders')),
    );
  });
});
