import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import Table from 'cli-table3';
import { conclude, p99 } from './conclusion.ts';
import type { BackendFigures, Comparison } from './figures.ts';
import { measureBackend } from './measure-backend.ts';
import { type CompareOptions, parseOptions } from './options.ts';
import { htmlReport } from './report.ts';

process.exitCode = await main(parseOptions(process.argv.slice(2)));

async function main(options: CompareOptions): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => interrupted.abort(new Error('interrupted; all that was made is removed')));
  const backends: BackendFigures[] = [];
  const [loadBefore = 0] = loadavg();
  try {
    for (const url of options.backends)
      backends.push(
        await measureBackend({
          url,
          workload: options.workload,
          environment: options.killLeaders ? process.env : undefined,
          signal: interrupted.signal,
          progress: (text) => void process.stderr.write(`${text}\n`),
        }),
      );
  } catch (error) {
    const reason = interrupted.signal.aborted ? interrupted.signal.reason : error;
    process.stderr.write(`compare: ${reason instanceof Error ? reason.message : String(reason)}\n`);
    return interrupted.signal.aborted ? 130 : 1;
  }
  const comparison: Comparison = {
    measuredAt: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${Math.round(totalmem() / 1e9)} GB, ${platform()} ${release()}, load average ${loadBefore.toFixed(1)} before the run`,
    workload: described(options),
    backends,
    conclusion: conclude(backends),
  };
  await write(options.html, htmlReport(comparison));
  await write(options.json, `${JSON.stringify(comparison, undefined, 2)}\n`);
  process.stdout.write(`${tableOf(backends)}\n\n${comparison.conclusion.join('\n')}\n\n${options.html}\n`);
  return 0;
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function described({ workload }: CompareOptions): Comparison['workload'] {
  return {
    'message size': `${workload.messageSize} bytes`,
    keys: workload.keys,
    partitions: workload.partitions,
    consumers: workload.consumers,
    delivery: workload.delivery,
    handler: `${workload.handlerMs} ms`,
    'each part': `${workload.seconds} s`,
  };
}

function tableOf(backends: readonly BackendFigures[]): string {
  const table = new Table({
    head: [
      'backend',
      'records/s',
      'p99 at load',
      'client µs',
      'server µs',
      'memory',
      'disk/record',
      'failover',
    ],
    style: { head: [] },
  });
  const shown = (value: number | null, unit: string, digits = 0): string =>
    value === null ? '–' : `${value.toFixed(digits)}${unit}`;
  for (const each of backends)
    table.push([
      each.backend,
      Math.round(each.throughput).toLocaleString('en'),
      `${p99(each).toFixed(1)} ms`,
      shown(each.clientCpuUs, '', 1),
      shown(each.serverCpuUs, '', 1),
      shown(each.serverMemory === null ? null : each.serverMemory / 1e6, ' MB'),
      shown(each.diskPerRecord, ' B'),
      shown(each.failoverMs, ' ms'),
    ]);
  return table.toString();
}
