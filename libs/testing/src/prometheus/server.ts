import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../free-ports.ts';
import { startServer } from '../server-process.ts';
import { untilAnswers } from '../until-answers.ts';

/** A Prometheus of this machine that keeps what it scrapes in a temporary folder. */
export interface PrometheusServer extends AsyncDisposable {
  /** What the expression is worth now. */
  query(expression: string): Promise<readonly PrometheusSample[]>;
  /** Alerts that are pending or firing. */
  alerts(): Promise<readonly PrometheusAlert[]>;
}

export interface PrometheusSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: string;
}

/** `settings`: its configuration as YAML, or as JSON, which is YAML too. */
export async function startPrometheus(settings: string): Promise<PrometheusServer> {
  const [port] = await freePorts(1);
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const file = join(folder, 'prometheus.yaml');
  writeFileSync(file, settings);
  const url = `http://127.0.0.1:${port}`;
  const options = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ];
  const server = await startServer(
    () => spawn('prometheus', options, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }),
    (child) => untilAnswers(child, { name: 'Prometheus', url: `${url}/-/ready` }),
  );
  const ask = async <Data>(path: string): Promise<Data> => {
    const { data, error }: Answer<Data> = JSON.parse(await (await fetch(`${url}/api/v1/${path}`)).text());
    if (data === undefined) throw new Error(`Prometheus answered ${path}: ${error}`);
    return data;
  };
  return {
    query: async (expression) => {
      const { result } = await ask<{
        readonly result: readonly {
          readonly metric: Readonly<Record<string, string>>;
          readonly value: readonly [number, string];
        }[];
      }>(`query?query=${encodeURIComponent(expression)}`);
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    alerts: async () => (await ask<{ readonly alerts: readonly PrometheusAlert[] }>('alerts')).alerts,
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
