import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { addProject, finish, type Options, versionOf } from '../project.ts';
import { renderTemplate } from '../template.ts';

/** The driver's template: a driver that passes the contract suite, over a server that holds everything in memory. */
export const driverTemplate: string = join(import.meta.dirname, 'template');

/** `nx g driver NAME` makes `libs/streams/NAME`. */
export function driverGenerator(tree: Tree, options: Options): () => void {
  const { name } = options;
  const folder = `libs/streams/${name}`;
  addProject(tree, {
    folder,
    manifest: manifestOf(tree, name),
    files: renderTemplate(driverTemplate, name),
    references: ['libs/streams/core', 'libs/streams/contract'],
  });
  const format = finish(tree, folder, options);
  return () => {
    format();
    console.log(`
${folder} passes the contract suite: npx nx test streams-${name}
Next: put your backend in the place of src/server, and run the suite after each step (docs/writing-a-driver.md).
For openStreams('${name}://…') add the scheme to libs/streams/core/src/open/drivers.ts; to publish it, the folder to
tools/pack/src/pack-all.ts.`);
  };
}

function manifestOf(tree: Tree, name: string): object {
  return {
    name: `@millrace/streams-${name}`,
    version: '0.1.0',
    description: `Driver for the streams library over ${name}`,
    license: 'Apache-2.0',
    type: 'module',
    engines: { node: '>=22.22' },
    files: ['dist', '!dist/**/*.test.*', 'src', '!src/**/*.test.ts'],
    exports: {
      '.': { '@millrace/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    },
    nx: {
      name: `streams-${name}`,
      tags: ['type:driver'],
      targets: { build: {}, test: {}, typecheck: {}, lint: {} },
    },
    dependencies: { '@millrace/streams': '0.1.0' },
    devDependencies: {
      '@millrace/streams-contract': versionOf(tree, '@millrace/streams-contract', 'libs/streams/embedded'),
    },
  };
}
