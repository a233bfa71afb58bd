import { Redis } from 'ioredis';
import type { Backend } from '../backends/backend.ts';
import type { Row } from '../row.ts';
import type { OpenSide } from '../side.ts';
import type { Workload } from '../workload.ts';

/** Bytes of the server's memory that a stored message takes; the server must have nothing else to do. */
export async function compareMemory(backend: Backend, url: string, workload: Workload): Promise<Row> {
  const ours = await bytesPerMessage(url, backend.ours('plain'), workload);
  const theirs = await bytesPerMessage(url, backend.reference, workload);
  return {
    case: 'memory',
    backend: backend.name,
    ours,
    reference: 'hand-written XADD of key and value to one stream',
    theirs,
    ratio: theirs / ours,
    unit: 'bytes/message',
  };
}

async function bytesPerMessage(url: string, open: OpenSide, workload: Workload): Promise<number> {
  const redis = new Redis(url);
  try {
    await using side = await open();
    const before = await usedMemory(redis);
    await side.produce(workload);
    return ((await usedMemory(redis)) - before) / workload.messages;
  } finally {
    redis.disconnect();
  }
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/used_memory_dataset:(\d+)/.exec(await redis.info('memory'))?.[1]);
}
