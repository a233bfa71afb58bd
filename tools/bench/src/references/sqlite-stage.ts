import { setTimeout as delay } from 'node:timers/promises';
import type { Stage, StageOrder } from '../chain/stage.ts';
import { type Sample, samples, transform } from '../workload.ts';
import { SqliteLog } from './sqlite-log.ts';

/** A process of the chain on node:sqlite: topic n is what stage n wrote. */
export function openSqliteStage(order: StageOrder, file: string): Stage {
  const log = new SqliteLog(file);
  return {
    work: () => (order.stage === 0 ? feed(log, order) : follow(log, order)),
    [Symbol.asyncDispose]: async () => log[Symbol.dispose](),
  };
}

async function feed(log: SqliteLog, { messages, batch }: StageOrder): Promise<void> {
  let end = 0;
  for (const values of samples(messages, batch)) {
    log.transaction(() => {
      for (const value of values) log.append(0, ++end, { key: value.key, value: JSON.stringify(value) });
    });
    await delay(0);
  }
}

async function follow(log: SqliteLog, { stage, last, messages, batch }: StageOrder): Promise<void> {
  const reader = `stage-${stage}`;
  let offset = log.position(reader);
  for (let left = messages; left > 0; ) {
    const rows = log.after(stage - 1, offset, batch);
    if (rows.length === 0) {
      await delay(1);
      continue;
    }
    const values = rows.map((row) => transform(JSON.parse(row.value) as Sample));
    log.transaction(() => {
      if (stage < last) {
        values.forEach((value, index) => {
          log.append(stage, offset + index + 1, { key: value.key, value: JSON.stringify(value) });
        });
      }
      offset = rows.at(-1)?.offset ?? offset;
      log.save(reader, offset);
    });
    left -= rows.length;
    await delay(0);
  }
}
