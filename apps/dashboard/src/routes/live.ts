import type { HttpServer } from '@millrace/service';
import type { Overview } from '../adapters/overview.ts';
import type { EventHub } from '../live/event-hub.ts';

/** `GET /api/overview`: the picture of this moment. `GET /api/live`: snapshots and flow, as server-sent events. */
export function addLiveRoutes(server: HttpServer, overview: () => Promise<Overview>, hub: EventHub): void {
  server.get('/api/overview', overview);
  addEventRoute(server, hub);
}

/** `GET /api/live` alone. */
export function addEventRoute(server: HttpServer, hub: EventHub): void {
  server.addHook('preClose', async () => hub.close());
  server.get('/api/live', (request, reply) => {
    reply.hijack();
    const last = request.headers['last-event-id'];
    hub.add(reply.raw, typeof last === 'string' ? last : undefined);
  });
}
