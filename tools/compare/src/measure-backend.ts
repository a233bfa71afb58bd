import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { backendKind, cleanUp } from '@millrace/guide';
import { openStreams } from '@millrace/streams';
import { build, decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { acksLost, type Environment } from './acks-lost.ts';
import type { BackendFigures } from './figures.ts';
import { type ServerFigures, serverFigures } from './server-figures.ts';
import { Worker } from './worker.ts';
import { loadTopic, nowMs, type Workload } from './workload.ts';

export interface MeasureOptions {
  readonly url: string;
  readonly workload: Workload;
  /** Where servers are found, of which clusters are started and leaders killed; undefined to kill none. */
  readonly environment: Environment | undefined;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

const percentiles = [50, 75, 90, 95, 99, 99.9, 100] as const;
const drainWithinMs = 300_000;
/** A rate at which the backlog can only shrink. */
const halfLoad = 0.5;

/** Every part on fresh names, which are removed afterwards. */
export async function measureBackend(options: MeasureOptions): Promise<BackendFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-compare-'));
  const url =
    backendKind(options.url) === 'embedded' ? `embedded:${join(folder, 'streams.db')}` : options.url;
  try {
    return await measureAt(url, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureAt(url: string, options: MeasureOptions): Promise<BackendFigures> {
  const { workload, signal, progress } = options;
  const kind = backendKind(url);
  const namespace = `compare-${randomBytes(4).toString('hex')}`;
  await using streams = await openStreams(url, { namespace });
  try {
    await streams.admin.ensureTopics([{ name: loadTopic.name, partitions: workload.partitions }]);
    const before = await serverFigures(url);
    await using workers = new AsyncDisposableStack();
    const start = (role: 'producer' | 'consumer'): Worker =>
      workers.use(new Worker({ role, url, namespace, workload }));
    const consumers = Array.from({ length: workload.consumers }, () => start('consumer'));
    const producer = start('producer');
    await Promise.all([producer, ...consumers].map((worker) => worker.ready()));

    progress(`${kind}: as fast as it can, ${workload.seconds} s`);
    const cpuBefore = await cpuOf([producer, ...consumers]);
    const idle = await serverFigures(url);
    const began = nowMs();
    const flood = await producer.send({ command: 'flood', seconds: workload.seconds });
    await untilHandled(consumers, flood.records, signal);
    const throughput = flood.records / ((nowMs() - began) / 1_000);
    const clientCpuUs = ((await cpuOf([producer, ...consumers])) - cpuBefore) / flood.records;
    const after = await serverFigures(url);

    const pacedRate = Math.max(1, Math.floor(workload.rate ?? throughput * halfLoad));
    progress(`${kind}: ${pacedRate.toLocaleString('en')} records a second, ${workload.seconds} s`);
    for (const consumer of consumers) consumer.clear();
    const paced = await producer.send({ command: 'pace', seconds: workload.seconds, rate: pacedRate });
    await untilHandled(consumers, flood.records + paced.records - paced.failed, signal);
    const latencyMs = await latenciesOf(consumers);

    progress(`${kind}: a consumer is killed`);
    const failoverMs = await failover(producer, consumers, { rate: pacedRate, signal });
    progress(`${kind}: what is lost when a leader is killed`);
    const lost = await acksLost(kind, options);
    return {
      backend: kind,
      throughput,
      pacedRate,
      latencyMs,
      clientCpuUs,
      serverCpuUs: difference(idle, after, 'cpuUs', flood.records),
      serverMemory: after.memory,
      diskPerRecord: difference(before, after, 'disk', flood.records),
      failoverMs,
      acksLost: lost.lost,
      notes: [
        ...lost.notes,
        ...notesOf(kind, after),
        ...(paced.failed > 0 ? [`${paced.failed} records of the paced load were refused`] : []),
      ],
    };
  } finally {
    await cleanUp(kind, url, namespace, streams);
  }
}

function difference(
  before: ServerFigures,
  after: ServerFigures,
  name: 'cpuUs' | 'disk',
  records: number,
): number | null {
  const [from, to] = [before[name], after[name]];
  return from === null || to === null ? null : (to - from) / records;
}

function notesOf(kind: string, { cpuUs, disk }: ServerFigures): string[] {
  if (kind === 'embedded') return ['the embedded log has no server: its time and memory are the clients’'];
  if (cpuUs === null) return [`the process of this ${kind} is not on this machine, or not this user’s`];
  return disk === null ? [`this ${kind} keeps nothing on disk, or does not say where`] : [];
}

async function cpuOf(workers: readonly Worker[]): Promise<number> {
  const figures = await Promise.all(workers.map((worker) => worker.figures()));
  return figures.reduce((sum, { cpuUs }) => sum + cpuUs, 0);
}

/** At-most-once may lose what a member had in hand; nothing is killed here before the end, so all is handled. */
async function untilHandled(
  consumers: readonly Worker[],
  records: number,
  signal: AbortSignal,
): Promise<void> {
  const until = nowMs() + drainWithinMs;
  for (;;) {
    const figures = await Promise.all(consumers.map((consumer) => consumer.figures()));
    const handled = figures.reduce((sum, figure) => sum + figure.handled, 0);
    if (handled >= records) return;
    if (nowMs() > until)
      throw new Error(`${records - handled} of ${records} records were not handled in time`);
    await delay(20, undefined, { signal });
  }
}

async function latenciesOf(consumers: readonly Worker[]): Promise<BackendFigures['latencyMs']> {
  const all = build({ highestTrackableValue: 600_000_000, numberOfSignificantValueDigits: 3 });
  for (const { histogram } of await Promise.all(consumers.map((consumer) => consumer.figures())))
    all.add(decodeFromCompressedBase64(histogram));
  return percentiles.map((percentile) => ({ percentile, ms: all.getValueAtPercentile(percentile) / 1_000 }));
}

/** Under the same load; null when there is nobody to go on. */
async function failover(
  producer: Worker,
  consumers: readonly Worker[],
  { rate, signal }: { readonly rate: number; readonly signal: AbortSignal },
): Promise<number | null> {
  const [victim, ...others] = consumers;
  if (!victim || others.length === 0) return null;
  const sending = producer.send({ command: 'pace', seconds: 6, rate });
  sending.catch(() => undefined);
  await delay(1_000, undefined, { signal });
  const { leases } = await victim.figures();
  const killedAt = nowMs();
  await victim.kill();
  const until = killedAt + 60_000;
  for (;;) {
    const times = leases.map((partition) =>
      Math.max(0, ...others.map(({ tookUp }) => tookUp.get(partition) ?? 0)),
    );
    if (times.every((time) => time > killedAt)) {
      await sending;
      return Math.max(...times) - killedAt;
    }
    if (nowMs() > until) return null;
    await delay(10, undefined, { signal });
  }
}
