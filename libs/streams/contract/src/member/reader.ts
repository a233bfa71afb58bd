import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Driver } from '@millrace/streams';
import { commandOf } from './commands.ts';
import { report } from './report.ts';
import type { ReaderScript } from './script.ts';

const chunk = 8;

/** Reads with long pauses and says how much memory was alive at most. */
export async function readSlowly(script: ReaderScript, driver: Driver): Promise<void> {
  const collect = exposedCollector();
  let records = 0;
  let bytes = 0;
  let peak = 0;
  for await (const part of driver.read(script.topic, 0, 'earliest', { max: chunk })) {
    if (records === 0) {
      report({ event: 'reading' });
      await commandOf('proceed');
    }
    records += part.length;
    for (const { value } of part) bytes += value?.length ?? 0;
    collect();
    peak = Math.max(peak, liveBytes());
    if (records >= script.records) break;
  }
  report({ event: 'read', records, bytes, peak });
}

function liveBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
