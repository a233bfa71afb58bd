import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const sources: readonly string[] = [
  'package-lock.json',
  'tools/cli/package.json',
  'tools/pack/src/built-console.ts',
  'apps/dashboard/{src,page}/**/*.*',
  'libs/{service,guide,events}/src/**/*.*',
  'libs/streams/telemetry/src/**/*.*',
];

/** Programs of the console: itself, and the processes that play the pictures of the guide. */
const programs: Readonly<Record<string, string>> = {
  'console-main': 'apps/dashboard/src/console-main.ts',
  'member-main': 'libs/guide/src/process/member-main.ts',
  'producer-main': 'libs/guide/src/process/producer-main.ts',
};

/**
 * The folder of the console as the `streams` command brings it along: `src` with its programs, in which is all that they
 * need but what the command itself depends on, and `dist-page` with its page. Built when a source has changed.
 */
export async function builtConsole(root: string): Promise<string> {
  const store = join(root, 'node_modules/.cache/millrace-console');
  const folder = join(store, consoleFingerprint(root));
  if (existsSync(folder)) return folder;
  await rm(store, { recursive: true, force: true });
  await mkdir(store, { recursive: true });
  const unfinished = await mkdtemp(join(store, 'unfinished-'));
  await buildPrograms(root, join(unfinished, 'src'));
  await build({
    configFile: join(root, 'apps/dashboard/page/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: join(unfinished, 'dist-page') },
  });
  await rename(unfinished, folder).catch((error: unknown) => {
    // Another process was quicker with the same.
    if (!existsSync(folder)) throw error;
  });
  return folder;
}

async function buildPrograms(root: string, outDir: string): Promise<void> {
  const installed = dependenciesOf(join(root, 'tools/cli/package.json'));
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, resolve: { conditions: ['@millrace/source', 'node'] } },
    build: {
      ssr: true,
      target: 'node22',
      outDir,
      emptyOutDir: true,
      reportCompressedSize: false,
      license: { fileName: 'LICENSES.md' },
      rollupOptions: {
        input: Object.fromEntries(Object.entries(programs).map(([name, path]) => [name, join(root, path)])),
        external: (id) => installed.some((name) => id === name || id.startsWith(`${name}/`)),
        // They find each other in one folder, wherever the code that starts them came to lie.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
}

function dependenciesOf(manifest: string): readonly string[] {
  const { dependencies }: { readonly dependencies: object } = JSON.parse(readFileSync(manifest, 'utf8'));
  return Object.keys(dependencies);
}

/** Of the console's sources, so that tests which pack do not build it again and again. */
export function consoleFingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const file of globSync([...sources], { cwd: root }).toSorted())
    hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 24);
}
