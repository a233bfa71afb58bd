import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');
const source = join(root, 'page');
const built = join(root, 'dist-page');
const mark = join(built, 'sources.sha256');

/**
 * The folder of the built page. It is built when its sources changed since the last time; where Vite is not installed,
 * as in an image, what was built is used. Throws when there is neither.
 */
export async function builtPage(): Promise<string> {
  const hash = await hashOfSources();
  if (hash === undefined || (await readFile(mark, 'utf8').catch(() => undefined)) === hash) return built;
  const vite = viteProgram();
  if (vite === undefined) return built;
  await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn', source]);
  await writeFile(mark, hash);
  return built;
}

async function hashOfSources(): Promise<string | undefined> {
  const entries = await readdir(source, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (files.length === 0) return undefined;
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(file.slice(source.length)).update(await readFile(file));
  return hash.digest('hex');
}

function viteProgram(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  } catch {
    return undefined;
  }
}
