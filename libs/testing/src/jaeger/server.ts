import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../free-ports.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { untilAnswers } from '../until-answers.ts';
import { jaegerBinary } from './binary.ts';
import { askForTrace, type Trace } from './trace.ts';

/** A Jaeger of this machine that keeps its traces in memory. */
export interface JaegerServer extends ServerProcess, AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly otlp: string;
  /** Its query API. */
  readonly query: string;
  /** What it knows of a trace by now; undefined when it has not heard of it. */
  trace(id: string): Promise<Trace | undefined>;
}

export async function startJaeger(): Promise<JaegerServer> {
  const [otlpPort = 0, queryPort = 0, grpcPort = 0] = await freePorts(3);
  const folder = mkdtempSync(join(tmpdir(), 'jaeger-'));
  const settings = join(folder, 'jaeger.json');
  // YAML is a superset of JSON.
  writeFileSync(settings, JSON.stringify(settingsOf(otlpPort, queryPort, grpcPort)));
  const query = `http://127.0.0.1:${queryPort}`;
  const server = await startServer(
    () => spawn(jaegerBinary(process.env), ['--config', settings], { cwd: folder, stdio: 'ignore' }),
    (child) => untilAnswers(child, { name: 'Jaeger', url: `${query}/api/services` }),
  );
  return {
    ...server,
    otlp: `http://127.0.0.1:${otlpPort}`,
    query,
    trace: (id) => askForTrace(query, id),
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** All of it on the loopback address: by itself it listens on every one. */
function settingsOf(otlpPort: number, queryPort: number, grpcPort: number): object {
  const at = (port: number): object => ({ endpoint: `127.0.0.1:${port}` });
  return {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'error' } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: 10_000 } } } },
      jaeger_query: { storage: { traces: 'memory' }, http: at(queryPort), grpc: at(grpcPort) },
    },
    receivers: { otlp: { protocols: { http: at(otlpPort) } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  };
}
