import type { RequestSpan, Tracing } from '@millrace/streams-telemetry';
import type { HttpRequest, HttpServer } from '../http/server.ts';

/** Asked by machines all the time. */
const probes: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** Gives each request but the probes a span; what its handler does belongs to it. */
export function traceRequests(server: HttpServer, tracing: Tracing): void {
  const spans = new WeakMap<HttpRequest, RequestSpan>();
  server.addHook('onRequest', async (request) => {
    if (probes.has(request.routeOptions.url ?? '')) return;
    const span = tracing.request({ method: request.method, headers: request.headers });
    if (span) spans.set(request, span);
  });
  // The handler follows in the same context. Earlier would be lost: a body arrives by events of the socket.
  server.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) span.run(done);
    else done();
  });
  server.addHook('onResponse', async (request, reply) => {
    spans.get(request)?.end({ route: request.routeOptions.url, status: reply.statusCode });
  });
}
