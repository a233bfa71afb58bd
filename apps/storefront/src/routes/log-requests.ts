import { randomUUID } from 'node:crypto';
import type { HttpServer } from '@millrace/service';
import type { AccessLog } from '../adapters/access-log.ts';
import { formatLine } from '../domain/access-log.ts';

/** Asked by machines all the time, and nobody's shopping. */
const probes: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** Each of the storefront's own requests becomes an event, as the line that an Apache server would have logged. */
export function logRequests(server: HttpServer, accessLog: AccessLog): void {
  server.addHook('onResponse', async (request, reply) => {
    if (probes.has(request.routeOptions.url ?? '')) return;
    const at = new Date();
    const line = formatLine({
      client: request.ip,
      at,
      method: request.method,
      target: request.raw.url ?? '/',
      protocol: `HTTP/${request.raw.httpVersion}`,
      status: reply.statusCode,
      bytes: Number(reply.getHeader('content-length') ?? 0),
      referrer: request.headers.referer,
      agent: request.headers['user-agent'],
    });
    const requestId = randomUUID();
    accessLog.add({
      type: 'RequestLogged',
      occurredAt: at.toISOString(),
      requestId,
      client: request.ip,
      line,
    });
  });
}
