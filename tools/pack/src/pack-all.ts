import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtConsole } from './built-console.ts';

const run = promisify(execFile);

/** The folders of the libraries, whose API is reported. */
export const published: readonly string[] = [
  'core',
  'embedded',
  'redis',
  'kafka',
  'telemetry',
  'contract',
].map((name) => `libs/streams/${name}`);

/** What is packed: the libraries, the shop's events for services beside it, and the command. */
export const packed: readonly string[] = [...published, 'libs/events', 'tools/cli'];

/** Conditions and fields that only mean something inside the repository. */
const ownFields: readonly string[] = ['@millrace/source', 'nx', 'devDependencies'];

/** Packs what `tsc -b` has built. Replaces the target folder; returns the paths of the tarballs. */
export async function packAll(root: string, target: string): Promise<readonly string[]> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const staging = await mkdtemp(join(tmpdir(), 'millrace-pack-'));
  try {
    return await Promise.all(packed.map((name) => packOne(root, name, join(staging, name), target)));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function packOne(root: string, name: string, staged: string, target: string): Promise<string> {
  const folder = join(root, name);
  for (const part of ['dist', 'src', 'bin', 'README.md'])
    if (existsSync(join(folder, part))) await cp(join(folder, part), join(staged, part), { recursive: true });
  // What the compiler remembers, of the tests as well.
  for (const file of ['.tsbuildinfo', 'test.tsbuildinfo'])
    await rm(join(staged, 'dist', file), { force: true });
  await cp(join(root, 'LICENSE'), join(staged, 'LICENSE'));
  if (name === 'tools/cli') await cp(await builtConsole(root), join(staged, 'console'), { recursive: true });
  const manifest = publishedManifest(await readFile(join(folder, 'package.json'), 'utf8'));
  await writeFile(join(staged, 'package.json'), manifest);
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', target], { cwd: staged });
  return join(target, stdout.trim());
}

/** The package.json to publish, as text: that of the repository without what only the repository uses. */
function publishedManifest(text: string): string {
  const manifest: unknown = JSON.parse(text, (key, value: unknown) =>
    ownFields.includes(key) ? undefined : value,
  );
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
