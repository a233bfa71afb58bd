import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publishedManifest } from './published-manifest.ts';

const run = promisify(execFile);

/** The folders of what is published. */
export const published: readonly string[] = [
  'core',
  'embedded',
  'redis',
  'kafka',
  'telemetry',
  'contract',
].map((name) => `libs/streams/${name}`);

/** Packs what `tsc -b` has built. Replaces the target folder; returns the paths of the tarballs. */
export async function packAll(root: string, target: string): Promise<readonly string[]> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const staging = await mkdtemp(join(tmpdir(), 'millrace-pack-'));
  try {
    const files: string[] = [];
    for (const name of published) files.push(await packOne(root, name, join(staging, name), target));
    return files;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function packOne(root: string, name: string, staged: string, target: string): Promise<string> {
  const folder = join(root, name);
  for (const part of ['dist', 'src', 'README.md'])
    if (existsSync(join(folder, part))) await cp(join(folder, part), join(staged, part), { recursive: true });
  await rm(join(staged, 'dist/.tsbuildinfo'), { force: true });
  await cp(join(root, 'LICENSE'), join(staged, 'LICENSE'));
  const manifest = publishedManifest(await readFile(join(folder, 'package.json'), 'utf8'));
  await writeFile(join(staged, 'package.json'), manifest);
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', target], { cwd: staged });
  return join(target, stdout.trim());
}
