import { setTimeout as delay } from 'node:timers/promises';
import { type Message, type Observer, on, openStreams, type Running, type Streams } from '@millrace/streams';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { WorkerCommand, WorkerReport, WorkerScript } from './worker-messages.ts';
import { group, type LoadValue, loadTopic, nowMs, valuesOf } from './workload.ts';

const script: WorkerScript = JSON.parse(process.argv[2] ?? '{}');
const { workload } = script;
const batch = 500;
/** Publishes that the open-loop producer may have under way; beyond it records are sent late, which their latency shows. */
const mostUnderWay = 256;
const tickMs = 2;
const largestUs = 600_000_000;

const latencies = build({
  lowestDiscernibleValue: 1,
  highestTrackableValue: largestUs,
  numberOfSignificantValueDigits: 3,
});
const leases = new Set<number>();
const fresh = new Set<number>();
let handled = 0;
const stopped = Promise.withResolvers<void>();

process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);

try {
  await using streams = await openStreams(script.url, { namespace: script.namespace });
  const running = script.role === 'consumer' ? await consume(streams) : undefined;
  process.on('message', (command: WorkerCommand) => obey(streams, command));
  say({ report: 'ready' });
  await Promise.race([stopped.promise, ...(running ? [running.finished] : [])]);
  await running?.stop();
} catch (error) {
  say({ report: 'failed', error: error instanceof Error ? error.message : String(error) });
}
process.disconnect?.();

function obey(streams: Streams, command: WorkerCommand): void {
  switch (command.command) {
    case 'flood':
      flood(streams, command.seconds).catch(fail);
      break;
    case 'pace':
      pace(streams, command.seconds, command.rate).catch(fail);
      break;
    case 'clear':
      latencies.reset();
      break;
    case 'report':
      say({
        report: 'figures',
        handled,
        cpuUs: cpuUs(),
        leases: [...leases],
        histogram: encodeIntoCompressedBase64(latencies),
      });
      break;
    case 'stop':
      stopped.resolve();
      break;
    default:
      command satisfies never;
  }
}

async function flood(streams: Streams, seconds: number): Promise<void> {
  const make = valuesOf(workload);
  const end = performance.now() + seconds * 1_000;
  let records = 0;
  while (performance.now() < end) {
    const first = records;
    await streams.publish(
      loadTopic,
      Array.from({ length: batch }, (_, index) => make(first + index, 0)),
    );
    records += batch;
  }
  say({ report: 'sent', records, failed: 0 });
}

async function pace(streams: Streams, seconds: number, rate: number): Promise<void> {
  const make = valuesOf(workload);
  const started = nowMs();
  const total = Math.floor(rate * seconds);
  const underWay = new Set<Promise<void>>();
  let [sent, failed] = [0, 0];
  while (sent < total) {
    const due = Math.min(total, Math.floor(((nowMs() - started) / 1_000) * rate));
    if (due > sent) {
      const values = Array.from({ length: due - sent }, (_, index) =>
        make(sent + index, started + ((sent + index) / rate) * 1_000),
      );
      sent = due;
      const publishing = streams.publish(loadTopic, values).then(
        () => undefined,
        () => {
          failed += values.length;
        },
      );
      underWay.add(publishing);
      void publishing.finally(() => underWay.delete(publishing));
    }
    if (underWay.size >= mostUnderWay) await Promise.race(underWay);
    await delay(tickMs);
  }
  await Promise.all(underWay);
  say({ report: 'sent', records: total, failed });
}

function consume(streams: Streams): Promise<Running> {
  const { delivery } = workload;
  const observer: Observer = {
    leaseGained: ({ partition }) => {
      leases.add(partition);
      fresh.add(partition);
    },
    leaseEnded: ({ partition }) => void leases.delete(partition),
  };
  const options = {
    group,
    mode: 'partitioned',
    leaseMs: 1_000,
    routes: [on(loadTopic, handle)],
    observer,
  } as const;
  return delivery === 'exactly-once'
    ? streams.run({ ...options, delivery })
    : streams.run({ ...options, delivery });
}

async function handle({ value, partition }: Message<LoadValue>): Promise<void> {
  if (fresh.delete(partition)) say({ report: 'took-up', partition, atMs: nowMs() });
  if (value.due > 0)
    latencies.recordValue(Math.min(largestUs, Math.max(1, Math.round((nowMs() - value.due) * 1_000))));
  if (workload.handlerMs > 0) await delay(workload.handlerMs);
  handled++;
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function fail(error: unknown): void {
  say({ report: 'failed', error: error instanceof Error ? error.message : String(error) });
}

function say(report: WorkerReport): void {
  process.send?.(report);
}
