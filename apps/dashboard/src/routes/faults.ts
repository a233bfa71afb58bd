import type { HttpServer } from '@millrace/service';
import { z } from 'zod';
import type { ChangeLog } from '../changes/change-log.ts';
import type { BreakIt } from '../faults/break-it.ts';

const params = z.object({ name: z.string().max(100) });
const body = z.object({ target: z.string().max(100).optional() });

/** `GET /api/faults`: what can be broken and what came of it. `POST /api/faults/:name` breaks it. */
export function addFaultRoutes(server: HttpServer, breakIt: BreakIt, changes: ChangeLog): void {
  server.get('/api/faults', () => breakIt.board());
  server.post('/api/faults/:name', { schema: { params, body } }, (request) => {
    const { name } = request.params;
    const { target } = request.body;
    const change = { action: `fault ${name}`, target: target ?? 'shop', details: {} };
    return changes.perform(request, change, async () => breakIt.begin(name, target));
  });
}
