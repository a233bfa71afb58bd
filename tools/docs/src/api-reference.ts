import { join, relative } from 'node:path';
import { Application, type ProjectReflection } from 'typedoc';
import { type ApiModule, apiModules } from './api-modules.ts';

/**
 * Writes a page for everything that the streams libraries export, from their docstrings, and returns the folder, which is
 * replaced whole. Fails on an export without its types and on a link in a docstring that leads nowhere.
 */
export async function writeApiReference(root: string, folder: string): Promise<string> {
  const modules = apiModules(root);
  const application = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: modules.map(({ source }) => source),
    tsconfig: join(root, 'tools/docs/tsconfig.api.json'),
    basePath: root,
    name: 'The API',
    readme: 'none',
    disableSources: true,
    outputs: [{ name: 'markdown', path: folder }],
    logLevel: 'Warn',
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    // Of the plug-in, which the types of TypeDoc do not know.
    ...Object({
      entryFileName: 'index',
      hidePageHeader: true,
      sanitizeComments: true,
      useCodeBlocks: true,
      expandObjects: true,
      parametersFormat: 'table',
      propertiesFormat: 'table',
    }),
  });
  const project = await application.convert();
  if (!project) throw new Error('the sources of the libraries could not be read, see above');
  nameModules(project, modules, root);
  application.validate(project);
  await application.generateOutputs(project);
  if (application.logger.hasErrors() || application.logger.hasWarnings())
    throw new Error('the API reference is not complete, see above');
  return folder;
}

/** By what is imported, not by where the source lies. */
function nameModules(project: ProjectReflection, modules: readonly ApiModule[], root: string): void {
  const specifiers = new Map(
    modules.map(({ source, specifier }) => [
      relative(root, source).replace(/(\/index)?\.ts$/, ''),
      specifier,
    ]),
  );
  for (const child of project.children ?? []) {
    const specifier = specifiers.get(child.name);
    if (specifier === undefined) throw new Error(`no library exports ${child.name}`);
    child.name = specifier;
  }
}
