import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes the folder and those above it that are missing; nothing when it is there. Throws what the file system says: EACCES,
 * EROFS, ENOTDIR (a file stands there), ENOENT (nothing can be made there). Node's own `recursive` never ends where a file
 * system says ENOENT under a folder that exists, as /proc does.
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  let existing = resolve(folder);
  while (!isThere(existing)) {
    missing.unshift(existing);
    existing = dirname(existing);
  }
  for (const path of missing) makeOne(path);
  if (!statSync(folder).isDirectory()) throw notAFolder(folder);
}

function isThere(path: string): boolean {
  if (path === dirname(path)) return true;
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // Below a file: what is made there says so.
    if (hasCode(error, 'ENOTDIR')) return false;
    throw error;
  }
}

/** Another process may make it at the same moment. */
function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function notAFolder(path: string): Error {
  return Object.assign(new Error(`ENOTDIR: ${path} is no folder`), { code: 'ENOTDIR' });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
