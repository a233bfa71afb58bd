import { readFile } from 'node:fs/promises';
import type { HttpServer } from '@millrace/service';

const files = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/dashboard.js', file: 'dashboard.js', type: 'text/javascript; charset=utf-8' },
  { path: '/dashboard.css', file: 'dashboard.css', type: 'text/css; charset=utf-8' },
] as const;

/** The page and what it needs, as they lie in `page/`. */
export async function addPageRoutes(server: HttpServer): Promise<void> {
  for (const { path, file, type } of files) {
    const content = await readFile(new URL(`../page/${file}`, import.meta.url), 'utf8');
    server.get(path, (_request, reply) => reply.type(type).send(content));
  }
}
