import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Side } from '../side.ts';
import { type Sample, sample, samples, transform, type Workload } from '../workload.ts';
import { SqliteLog } from './sqlite-log.ts';

const input = 1;
const output = 2;

/** Loops on node:sqlite with the durability that ours promises: every commit synced. */
export function openSqliteReference(folder: string): Side {
  const file = join(folder, 'hand-written.db');
  const log = new SqliteLog(file);
  let end = 0;
  return {
    name: 'hand-written node:sqlite loop, a row per record, synced',
    produce: async ({ messages, batch }) => {
      for (const values of samples(messages, batch)) {
        log.transaction(() => {
          for (const value of values)
            log.append(input, ++end, { key: value.key, value: JSON.stringify(value) });
        });
      }
    },
    read: async (workload) => readAll(log, workload),
    consume: async (workload) => {
      for (let offset = log.position('consume'), left = workload.messages; left > 0; ) {
        const rows = log.after(input, offset, workload.batch);
        for (const row of rows) JSON.parse(row.value);
        offset = rows.at(-1)?.offset ?? offset;
        log.transaction(() => log.save('consume', offset));
        left -= rows.length;
      }
    },
    exactlyOnce: async (workload) => {
      let next = 0;
      for (let left = workload.messages; left > 0; ) {
        log.transaction(() => {
          const rows = log.after(input, log.position('move'), workload.batch);
          for (const row of rows) {
            const value = transform(JSON.parse(row.value) as Sample);
            log.append(output, ++next, { key: value.key, value: JSON.stringify(value) });
          }
          log.save('move', rows.at(-1)?.offset ?? 0);
          left -= rows.length;
        });
      }
    },
    latency: (workload) => latency(log, file, workload),
    [Symbol.asyncDispose]: async () => log[Symbol.dispose](),
  };
}

function readAll(log: SqliteLog, { messages, batch }: Workload): void {
  for (let offset = 0, left = messages; left > 0; ) {
    const rows = log.after(input, offset, batch);
    for (const row of rows) JSON.parse(row.value);
    offset = rows.at(-1)?.offset ?? offset;
    left -= rows.length;
  }
}

/** One connection writes, another polls `data_version` every millisecond and commits its position. */
async function latency(log: SqliteLog, file: string, { messages }: Workload): Promise<number[]> {
  const topic = 3;
  using reader = new SqliteLog(file);
  const times: number[] = [];
  for (let number = 1; number <= messages; number++) {
    const value = sample(number);
    const seen = reader.version();
    const started = performance.now();
    log.transaction(() => log.append(topic, number, { key: value.key, value: JSON.stringify(value) }));
    while (reader.version() === seen) await delay(1);
    const [row] = reader.after(topic, number - 1, 1);
    JSON.parse(row?.value ?? 'null');
    times.push(performance.now() - started);
    reader.transaction(() => reader.save('latency', number));
  }
  return times;
}
