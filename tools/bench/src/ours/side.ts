import { on, openStreams, type Streams, type Topic, type TopicOptions, topic } from '@millrace/streams';
import { noTracing } from '@millrace/streams-telemetry';
import { z } from 'zod';
import type { Side } from '../side.ts';
import { openTracing } from '../tracing/open-tracing.ts';
import { type Sample, sample, samples, transform, type Workload } from '../workload.ts';
import { removeAll } from './remove-all.ts';

const schema = z.object({ id: z.number(), key: z.string(), text: z.string() });

export interface OursOptions {
  readonly url: string;
  readonly partitions: number;
  readonly variant: Variant;
}

/**
 * `checked` checks every message with a zod schema too; `traced` traces a tenth of the messages; `carrying` traces none, and
 * each message has the header of a trace: what a tracer cannot do without.
 */
export type Variant = 'plain' | 'checked' | 'carrying' | 'traced';

interface VariantSpec {
  readonly name: string;
  readonly topic?: TopicOptions<Sample>;
}

const carried = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00' };

const variants: Readonly<Record<Variant, VariantSpec>> = {
  plain: { name: 'Millrace' },
  checked: { name: 'Millrace with zod', topic: { schema } },
  carrying: {
    name: 'Millrace, each message with the header of a trace',
    topic: { headers: () => carried },
  },
  traced: { name: 'Millrace, a tenth of the messages traced' },
};

/** The library on any backend. */
export async function openOurs(options: OursOptions): Promise<Side> {
  const run = `bench-${process.pid}-${Date.now().toString(36)}`;
  const variant = variants[options.variant];
  const tracing = options.variant === 'traced' ? await openTracing() : noTracing;
  const streams = await openStreams(options.url, { namespace: run, create: tracing.streams });
  const named = (name: string): Topic<Sample> =>
    topic<Sample>(name, { key: (value) => value.key, ...variant.topic });
  const input = named('input');
  const output = named('output');
  const lone = named('lone');
  await streams.admin.ensureTopics(
    [input, output, lone].map(({ name }) => ({ name, partitions: options.partitions })),
  );
  return {
    name: variant.name,
    produce: async ({ messages, batch }) => {
      for (const values of samples(messages, batch)) await streams.publish(input, values);
    },
    read: async () => {
      for await (const message of streams.read(input, { to: 'now' })) void message.value;
    },
    consume: (workload) => consume(streams, input, workload),
    exactlyOnce: (workload) => move(streams, { input, output }, workload),
    latency: (workload) => latency(streams, lone, workload),
    [Symbol.asyncDispose]: async () => {
      await streams[Symbol.asyncDispose]();
      await tracing[Symbol.asyncDispose]();
      await removeAll(options.url, run);
    },
  };
}

async function consume(streams: Streams, input: Topic<Sample>, { batch, messages }: Workload): Promise<void> {
  const done = Promise.withResolvers<void>();
  let left = messages;
  await using running = await streams.run({
    group: 'consume',
    mode: 'partitioned',
    delivery: 'at-least-once',
    batch,
    routes: [
      on(input, () => {
        left -= 1;
        if (left === 0) done.resolve();
      }),
    ],
  });
  await Promise.race([done.promise, running.finished]);
  await running.stop();
}

async function move(
  streams: Streams,
  topics: { readonly input: Topic<Sample>; readonly output: Topic<Sample> },
  { batch, messages }: Workload,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  let left = messages;
  let steps = 0;
  const started = performance.now();
  await using running = await streams.run({
    group: 'move',
    mode: 'partitioned',
    delivery: 'exactly-once',
    batch,
    routes: [
      on(topics.input, (message, context) => {
        context.send(topics.output, transform(message.value));
      }),
    ],
    observer: {
      committed: ({ records }) => {
        left -= records.length;
        steps += 1;
        if (left <= 0) done.resolve();
      },
    },
  });
  await Promise.race([done.promise, running.finished]);
  const perSecond = steps / ((performance.now() - started) / 1000);
  process.stderr.write(
    `  ${perSecond.toFixed(0)} steps/s of ${Math.round(messages / steps)} messages each, as the runtime chose\n`,
  );
  await running.stop();
}

async function latency(streams: Streams, lone: Topic<Sample>, { messages }: Workload): Promise<number[]> {
  const times: number[] = [];
  let started = 0;
  let handled = Promise.withResolvers<void>();
  await using running = await streams.run({
    group: 'latency',
    mode: 'partitioned',
    delivery: 'at-least-once',
    routes: [
      on(lone, () => {
        times.push(performance.now() - started);
        handled.resolve();
      }),
    ],
  });
  await running.caughtUp();
  for (let number = 0; number < messages; number++) {
    handled = Promise.withResolvers<void>();
    started = performance.now();
    await streams.publish(lone, [sample(number)]);
    await handled.promise;
  }
  return times;
}
