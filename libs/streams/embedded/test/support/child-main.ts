import { openEmbedded } from '../../src/index.ts';
import type { Task } from './child.ts';

const task: Task = JSON.parse(process.argv[2] ?? '{}');
const driver = await openEmbedded(task.file);
const join = {
  start: 'earliest',
  acks: 'all',
  leaseMs: 3_000,
  maxInFlight: 100,
  commitKind: 'atomic',
  stores: [],
  dedupeWindow: 0,
} as const;

switch (task.kind) {
  case 'append': {
    process.send?.('ready');
    const filler = 'x'.repeat(task.bytes);
    for (let number = 0; number < task.appends; number++) {
      const records = Array.from({ length: 3 }, (_, part) => ({
        topic: 'orders',
        partition: 0,
        key: `${task.writer}`,
        value: `${number * 3 + part}:${filler}`,
        headers: {},
        timestamp: Date.now(),
      }));
      await driver.append(records, { acks: number % 2 === 0 ? 'all' : 'leader' });
    }
    await driver[Symbol.asyncDispose]();
    process.disconnect?.();
    break;
  }
  case 'idle': {
    const membership = await driver.join(task.group, { ...join, topics: ['orders'] });
    const { signal } = new AbortController();
    process.send?.('ready');
    for await (const lease of membership) void lease.fetch(100, { signal });
    break;
  }
  case 'echo': {
    const membership = await driver.join('echo', { ...join, topics: ['orders'] });
    const { signal } = new AbortController();
    process.send?.('ready');
    for await (const lease of membership) {
      while (!lease.lost.aborted) {
        const committed = await lease.fetch(100, { signal });
        const outputs = committed.map(({ partition, key, value, headers, timestamp }) => ({
          topic: 'echoes',
          partition,
          key,
          value,
          headers,
          timestamp,
        }));
        await lease.commit({ acknowledged: committed, outputs, state: [], dedupeIds: [] });
      }
    }
    break;
  }
  default:
    throw new Error(`unknown task ${JSON.stringify(task satisfies never)}`);
}
