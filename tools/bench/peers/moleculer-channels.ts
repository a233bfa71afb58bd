import { Middleware as channels } from '@moleculer/channels';
import { Redis } from 'ioredis';
import { ServiceBroker } from 'moleculer';
import { type Sample, samples, transform } from '../src/workload.ts';
import { type Order, report } from './order.ts';

/** Messages of one channel are sent to another: many in flight, commands pipelined. */
const { host, port, messages, batch, concurrency, name } = JSON.parse(process.argv[2] ?? '{}') as Order;

const redis = {
  host,
  port,
  enableAutoPipelining: true,
  consumerOptions: { startID: '0', minIdleTime: 3_600_000, claimInterval: 60_000 },
};
const broker = new ServiceBroker({
  logger: false,
  middlewares: [channels({ adapter: { type: 'Redis', options: { redis } } })],
});
const [input, output] = [`${name}-input`, `${name}-output`];
await broker.start();
for (const values of samples(messages, batch))
  await Promise.all(values.map((value) => broker.sendToChannel(input, value)));

const done = Promise.withResolvers<void>();
let left = messages;
const started = performance.now();
await broker.createService({
  name: 'mover',
  channels: {
    [input]: {
      group: 'move',
      maxInFlight: concurrency,
      handler: async (value: Sample) => {
        await broker.sendToChannel(output, transform(value));
        left -= 1;
        if (left === 0) done.resolve();
      },
    },
  },
});
await done.promise;
report(messages, performance.now() - started);
await broker.stop();
const client = new Redis({ host, port });
await client.unlink(input, output);
client.disconnect();
