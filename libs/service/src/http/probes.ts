import type { Metrics } from '@millrace/streams-telemetry';
import type { HttpServer } from './server.ts';

export interface ProbeOptions {
  readonly metrics: Metrics;
  readonly readinessProblems: () => readonly string[];
}

/** `/health`: the process answers. `/ready`: it can work, otherwise 503 and why not. `/metrics`: Prometheus text. */
export function addProbes(server: HttpServer, options: ProbeOptions): void {
  server.get('/health', () => ({ alive: true }));
  server.get('/ready', (_request, reply) => {
    const reasons = options.readinessProblems();
    return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons });
  });
  server.get('/metrics', async (_request, reply) => {
    const text = await options.metrics.text();
    return reply.type(options.metrics.contentType).send(text);
  });
}
