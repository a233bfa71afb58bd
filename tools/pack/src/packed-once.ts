import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { consoleFingerprint } from './built-console.ts';
import { packAll, packed } from './pack-all.ts';

/**
 * Packs what `tsc -b` has built into the target folder, which is replaced; returns the paths of the tarballs. What is built
 * is packed once: whoever wants the same again, as several tests do, gets copies.
 */
export async function packInto(root: string, target: string): Promise<readonly string[]> {
  const kept = await packedOnce(root);
  await rm(target, { recursive: true, force: true });
  await cp(kept, target, { recursive: true });
  return (await readdir(target)).map((name) => join(target, name));
}

async function packedOnce(root: string): Promise<string> {
  const store = join(root, 'node_modules/.cache/millrace-packed');
  const folder = join(store, fingerprint(root));
  if (existsSync(folder)) return folder;
  // Of what was built before nothing is wanted again.
  await rm(store, { recursive: true, force: true });
  await mkdir(store, { recursive: true });
  const unfinished = await mkdtemp(join(store, 'unfinished-'));
  await packAll(root, unfinished);
  await rename(unfinished, folder).catch((error: unknown) => {
    // Another process was quicker with the same.
    if (!existsSync(folder)) throw error;
  });
  return folder;
}

/** Of everything that is packed. */
function fingerprint(root: string): string {
  const hash = createHash('sha256').update(consoleFingerprint(root));
  const files = packed.flatMap((name) =>
    globSync(
      ['package.json', 'README.md', '{dist,src,bin}/**/*.*'].map((pattern) => `${name}/${pattern}`),
      {
        cwd: root,
      },
    ),
  );
  for (const file of files.toSorted())
    if (!file.endsWith('.tsbuildinfo')) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 24);
}
