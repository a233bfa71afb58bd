import { anySignal, on, type Running, rawTopic, StreamsError } from '@millrace/streams';
import { parseStart } from '../../input/time-or-position.ts';
import { UsageError } from '../../usage-error.ts';
import type { Call, ExitCode } from '../../verb.ts';
import { filterOf } from './filter.ts';
import { printRecord } from './print-records.ts';

/** Joins the group, prints what it is given, and acknowledges that: at least once. */
export async function consumeAsMember(call: Call): Promise<ExitCode> {
  const { parameters, signal } = call;
  const name = parameters.argument(0);
  const group = parameters.text('group') ?? '';
  for (const option of ['to', 'after'])
    if (parameters.text(option) !== undefined)
      throw new UsageError(`--${option} is not for a group, which goes on where it was; --limit ends it`);
  const filter = filterOf(parameters);
  if (filter.partitions)
    throw new UsageError('--partition is not for a group, which shares its partitions out');
  const { streams } = await call.connect();
  const done = new AbortController();
  let printed = 0;
  const route = on(rawTopic(name), async ({ record }) => {
    if (done.signal.aborted || signal.aborted)
      throw new StreamsError('BUSY', 'the member leaves: what it has not printed is for the next one');
    if (!filter.accepts(record)) return;
    await printRecord(call, record);
    printed += 1;
    if (printed >= filter.limit) done.abort();
  });
  const from = parameters.text('from');
  await using running = await streams.run({
    group,
    mode: parameters.choice('mode', ['partitioned', 'competing']) ?? 'partitioned',
    delivery: 'at-least-once',
    start: from === undefined ? 'earliest' : parseStart(from, name, Date.now()).start,
    batch: 1,
    deadLetter: false,
    retry: { attempts: Number.MAX_SAFE_INTEGER, delay: () => 100 },
    graceMs: 2_000,
    routes: [route],
  });
  await untilDone(running, parameters.flag('follow'), anySignal([done.signal, signal]));
  await running.stop();
  await running.finished;
  return 0;
}

async function untilDone(running: Running, follow: boolean, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const caughtUp = follow ? [] : [running.caughtUp({ signal }).catch(unlessAborted(signal))];
  await Promise.race([aborted, running.finished, ...caughtUp]);
}

function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
