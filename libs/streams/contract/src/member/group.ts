import { createStreams, type Driver, type Observer } from '@millrace/streams';
import { commandOf } from './commands.ts';
import { withCrashes } from './crashing-driver.ts';
import { codeOf, messageOf, report } from './report.ts';
import { runOptions } from './run-options.ts';
import type { GroupScript } from './script.ts';

/** Runs the group until told to stop; what happens is reported as it happens. */
export async function runGroup(script: GroupScript, driver: Driver): Promise<void> {
  const streams = createStreams(withCrashes(driver, script.mishaps));
  const epochs = new Map<number, number>();
  const running = await streams.run({ ...runOptions(script, epochs), observer: reporting(epochs) });
  report({ event: 'running', member: running.member });
  void commandOf('catch-up')
    .then(() => running.caughtUp())
    .then(() => report({ event: 'caught-up' }));
  await Promise.race([commandOf('stop'), running.finished]);
  await running.stop();
}

function reporting(epochs: Map<number, number>): Observer {
  return {
    leaseGained: ({ partition, epoch }) => {
      epochs.set(partition, epoch);
      report({ event: 'lease', partition, epoch });
    },
    leaseEnded: ({ partition, reason }) => report({ event: 'lease-ended', partition, reason }),
    committed: ({ records, outputs }) => report({ event: 'committed', balanced: records.length, outputs }),
    error: ({ error, fatal }) =>
      report({ event: 'trouble', code: codeOf(error), message: messageOf(error), fatal }),
  };
}
