import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type HttpServer, notFound } from '@millrace/service';
import { z } from 'zod';
import type { CompareReport } from '../api/compare.ts';
import { comparisonIn } from '../compare/comparison.ts';

const params = z.object({ file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.html$/) });
/** A report's page may look as it likes, and do nothing. */
const policy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";
const most = 50;

/** `GET /api/compare`: the reports in a folder. `GET /compare/NAME.html`: the page of one. */
export function addCompareRoutes(server: HttpServer, folder: string): void {
  server.get('/api/compare', () => reports(folder));
  server.get('/compare/:file', { schema: { params } }, async (request, reply) => {
    const page = await readFile(join(folder, request.params.file), 'utf8').catch(() => {
      throw notFound(`There is no report ${request.params.file}.`);
    });
    return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page);
  });
}

async function reports(folder: string): Promise<readonly CompareReport[]> {
  const files: readonly string[] = await readdir(folder).catch((): string[] => []);
  const found = await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map(async (file): Promise<CompareReport> => {
        const path = join(folder, file);
        const name = file.slice(0, -'.json'.length);
        const { mtimeMs } = await stat(path);
        const report = await readFile(path, 'utf8').then(
          (text): unknown => parsed(text),
          () => null,
        );
        const hasPage = files.includes(`${name}.html`);
        return { name, writtenAt: mtimeMs, report, comparison: comparisonIn(report), hasPage };
      }),
  );
  return found.toSorted((a, b) => b.writtenAt - a.writtenAt).slice(0, most);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
