import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { names } from '@nx/devkit';

export interface SourceFile {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly text: string;
}

/** The files of a template for a project of this name. In a template everything is called `example`. */
export function renderTemplate(folder: string, name: string): readonly SourceFile[] {
  const { className, propertyName } = names(name);
  const rename = (text: string): string =>
    text
      .replaceAll(/example(?=[A-Z])/g, propertyName)
      .replaceAll('Example', className)
      .replaceAll('example', name);
  return globSync('**/*.ts', { cwd: folder })
    .toSorted()
    .map((path) => ({ path: rename(path), text: rename(readFileSync(join(folder, path), 'utf8')) }));
}
