import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { HttpServer } from '@millrace/service';
import { builtPage } from '../build-page.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The built page: a few files, kept in memory. */
export async function addPageRoutes(server: HttpServer): Promise<void> {
  const folder = await builtPage();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((found) => found.isFile() && types[extname(found.name)])) {
    const file = join(entry.parentPath, entry.name);
    const content = await readFile(file, 'utf8');
    const path = file.slice(folder.length).replaceAll('\\', '/');
    const type = types[extname(entry.name)] ?? 'application/octet-stream';
    server.get(path === '/index.html' ? '/' : path, (_request, reply) =>
      reply.type(type).header('content-security-policy', policy).send(content),
    );
  }
}
