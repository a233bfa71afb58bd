import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files below the folder in which one of the texts stands, whatever kind of file it is. */
export function filesWith(folder: string, texts: Iterable<string>): readonly string[] {
  const wanted = [...texts];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => {
      const content = readFileSync(file);
      return wanted.some((text) => content.includes(text));
    });
}
