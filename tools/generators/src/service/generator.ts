import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { addProject, finish, type Options, versionOf } from '../project.ts';
import { renderTemplate } from '../template.ts';

const template = join(import.meta.dirname, 'template');

/** In the template; a new service gets the next port that none has. */
const templatePort = 4000;

/** `nx g service NAME` makes `apps/NAME`, which reads payment results and publishes to a topic of its own. */
export function serviceGenerator(tree: Tree, options: Options): () => void {
  const { name } = options;
  const folder = `apps/${name}`;
  const port = nextPort(tree);
  addProject(tree, {
    folder,
    manifest: manifestOf(tree, name),
    files: renderTemplate(template, name).map(({ path, text }) => ({
      path,
      text: text.replace(`port: ${templatePort}`, `port: ${port}`),
    })),
    references: ['libs/events', 'libs/service', 'libs/streams/core'],
  });
  listInReadme(tree, `| ${name} | ${port} | publishes what is paid of each order to \`${name}-balances\` |`);
  const format = finish(tree, folder, options);
  return () => {
    format();
    console.log(`
${folder} works: npx nx test ${name}, and npx nx serve ${name} starts it on port ${port}
Next: say in src/app.ts what it reads and publishes, and in src/domain what it decides.`);
  };
}

function nextPort(tree: Tree): number {
  const ports = tree.children('apps').flatMap((app) => {
    const [, port] = /port: (\d+)/.exec(tree.read(`apps/${app}/src/app.ts`, 'utf8') ?? '') ?? [];
    return port === undefined ? [] : [Number(port)];
  });
  return 1 + Math.max(templatePort, ...ports);
}

/** A row after the last one of the table of services, whose rows are a name, a port and what it does. */
function listInReadme(tree: Tree, row: string): void {
  const lines = (tree.read('README.md', 'utf8') ?? '').split('\n');
  const last = lines.findLastIndex((line) => /^\| [a-z-]+ \| \d{4} \|/.test(line));
  if (last < 0)
    throw new Error(
      'README.md has no table of services any more: the generator has to learn where they stand',
    );
  tree.write('README.md', lines.toSpliced(last + 1, 0, row).join('\n'));
}

function manifestOf(tree: Tree, name: string): object {
  const own = '0.1.0';
  return {
    name: `@millrace/${name}`,
    version: own,
    description: `The ${name} service`,
    private: true,
    license: 'Apache-2.0',
    type: 'module',
    nx: {
      name,
      tags: ['type:app', `scope:${name}`],
      targets: { test: {}, typecheck: {}, lint: {}, serve: {} },
    },
    dependencies: { '@millrace/events': own, '@millrace/service': own, '@millrace/streams': own },
    devDependencies: { vitest: versionOf(tree, 'vitest', 'apps/payment') },
  };
}
