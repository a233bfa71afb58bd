import type { ServerResponse } from 'node:http';
import type { HttpServer } from '@millrace/service';
import type { LiveFeed } from '../adapters/live-feed.ts';
import type { Overview } from '../adapters/overview.ts';

/** `GET /api/overview`: the picture of this moment. `GET /api/live`: one every second, as server-sent events. */
export function addLiveRoutes(server: HttpServer, overview: () => Promise<Overview>, feed: LiveFeed): void {
  const watching = new Set<ServerResponse>();
  server.addHook('preClose', async () => {
    for (const response of watching) response.end();
  });

  server.get('/api/overview', overview);

  server.get('/api/live', (request, reply) => {
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    watching.add(response);
    const stop = feed.listen((picture) => {
      // Whoever reads too slowly misses pictures instead of filling memory.
      if (response.writableLength === 0) response.write(`data: ${JSON.stringify(picture)}\n\n`);
    });
    request.raw.on('close', () => {
      stop();
      watching.delete(response);
    });
  });
}
