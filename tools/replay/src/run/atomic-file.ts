import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Replaces the file whole: a reader or a crash finds the old content or the new one, never a part. */
function writeWhole(file: string, content: string): void {
  const draft = `${file}.new`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}

export function writeJson(file: string, value: unknown): void {
  writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** The file's JSON; undefined when there is no such file. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
