import type { Driver, NewRecord } from '@millrace/streams';
import { told } from './commands.ts';
import { report } from './report.ts';
import type { AppenderScript } from './script.ts';

/** Appends until it is stopped or killed; says before each batch that it begins and afterwards what was acknowledged. */
export async function append(script: AppenderScript, driver: Driver): Promise<void> {
  const partitions = await driver.partitions(script.topic);
  let stopping = false;
  void told('stop').then(() => {
    stopping = true;
  });
  for (let batch = 0; !stopping; batch++) {
    report({ event: 'appending', batch });
    const positions = await driver.append(batchOf(script, batch, partitions), { acks: script.acks });
    report({ event: 'appended', batch, positions });
  }
}

function batchOf({ topic, size }: AppenderScript, batch: number, partitions: number): NewRecord[] {
  return Array.from({ length: size }, (_, index) => ({
    topic,
    partition: index % partitions,
    key: null,
    value: `${batch}-${index}`,
    headers: {},
    timestamp: Date.now(),
  }));
}
