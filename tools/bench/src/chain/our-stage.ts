import {
  on,
  openStreams,
  type Route,
  type Running,
  type Streams,
  type Topic,
  topic,
} from '@millrace/streams';
import { type Sample, samples, transform } from '../workload.ts';
import type { Stage, StageOrder } from './stage.ts';

/** A process of the chain written with the library. */
export async function openOurStage(order: StageOrder): Promise<Stage> {
  const streams = await openStreams(order.place, { namespace: order.namespace });
  const topics = Array.from({ length: order.last }, (_, number) =>
    topic<Sample>(`chain-${number}`, { key: (value) => value.key }),
  );
  await streams.admin.ensureTopics(topics.map(({ name }) => ({ name, partitions: order.partitions })));
  const [from, to] = [topics[order.stage - 1], topics[order.stage]];
  if (!from) return feeder(streams, order, to as Topic<Sample>);
  const done = Promise.withResolvers<void>();
  const running = to ? await mover(streams, order, { from, to }) : await sink(streams, order, { from, done });
  if (to) done.resolve();
  return {
    work: () => Promise.race([done.promise, running.finished]),
    [Symbol.asyncDispose]: () => streams[Symbol.asyncDispose](),
  };
}

function feeder(streams: Streams, { messages, batch }: StageOrder, to: Topic<Sample>): Stage {
  return {
    work: async () => {
      let onTheWay = Promise.resolve<unknown>(undefined);
      for (const values of samples(messages, batch)) {
        const next = streams.publish(to, values);
        await onTheWay;
        onTheWay = next;
      }
      await onTheWay;
    },
    [Symbol.asyncDispose]: () => streams[Symbol.asyncDispose](),
  };
}

function mover(
  streams: Streams,
  { stage, batch }: StageOrder,
  { from, to }: { readonly from: Topic<Sample>; readonly to: Topic<Sample> },
): Promise<Running> {
  const route: Route = on(from, (message, context) => {
    context.send(to, transform(message.value));
  });
  return streams.run({
    group: `stage-${stage}`,
    mode: 'partitioned',
    delivery: 'exactly-once',
    batch,
    routes: [route],
  });
}

function sink(
  streams: Streams,
  { batch, messages }: StageOrder,
  { from, done }: { readonly from: Topic<Sample>; readonly done: PromiseWithResolvers<void> },
): Promise<Running> {
  let left = messages;
  const route: Route = on(from, () => {
    left -= 1;
    if (left === 0) done.resolve();
  });
  return streams.run({
    group: 'sink',
    mode: 'partitioned',
    delivery: 'at-least-once',
    batch,
    routes: [route],
  });
}
