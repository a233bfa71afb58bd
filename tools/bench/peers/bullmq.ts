import { Queue, Worker } from 'bullmq';
import { type Sample, samples, transform } from '../src/workload.ts';
import { type Order, report } from './order.ts';

/** Jobs of one queue are moved to another: many at a time, finished ones removed. */
const { host, port, messages, batch, concurrency, name } = JSON.parse(process.argv[2] ?? '{}') as Order;

const connection = { host, port, maxRetriesPerRequest: null };
const defaultJobOptions = { removeOnComplete: true };
const input = new Queue<Sample>(`${name}-input`, { connection, defaultJobOptions });
const output = new Queue<Sample>(`${name}-output`, { connection, defaultJobOptions });
for (const values of samples(messages, batch))
  await input.addBulk(values.map((data) => ({ name: 'move', data })));

const done = Promise.withResolvers<void>();
let left = messages;
const started = performance.now();
const worker = new Worker<Sample>(
  input.name,
  async ({ data }) => {
    await output.add('moved', transform(data));
  },
  { connection, concurrency, removeOnComplete: { count: 0 }, skipLockRenewal: true, skipStalledCheck: true },
);
worker.on('completed', () => {
  left -= 1;
  if (left === 0) done.resolve();
});
await done.promise;
report(messages, performance.now() - started);
await worker.close();
for (const queue of [input, output]) {
  await queue.obliterate({ force: true });
  await queue.close();
}
