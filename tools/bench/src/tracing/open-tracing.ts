import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Tracing } from '@millrace/streams-telemetry';

/** Traces a tenth of all messages and sends the spans to a collector in a process of its own, which throws them away. */
export async function openTracing(): Promise<Tracing> {
  const { exportTo, startTracing } = await import('@millrace/streams-telemetry/tracing');
  const collector = fork(join(import.meta.dirname, 'collector.ts'));
  const [url] = await once(collector, 'message');
  const spans = exportTo(String(url), { scheduleDelay: 1_000 });
  const tracing = startTracing({
    service: 'bench',
    sampler: 'parentbased_traceidratio',
    ratio: 0.1,
    spans,
    onProblem: (problem) => process.stderr.write(`  ${problem}\n`),
  });
  return {
    ...tracing,
    [Symbol.asyncDispose]: async () => {
      await tracing[Symbol.asyncDispose]();
      collector.disconnect();
    },
  };
}
