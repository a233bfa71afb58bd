import { type KeyObject, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '@millrace/streams';
import { keyBytes, parseKey } from './secret-key.ts';

/**
 * The key in the file. Whoever comes first makes it, for its owner alone to read; all others find that one, and whole.
 * Throws when there is no key and none can be made.
 */
export function keyInFile(file: string): KeyObject {
  const key = parseKey(readOrMake(file).trim());
  if (key) return key;
  throw new Error(`${file} holds no key of ${keyBytes} bytes; bring back the right file`);
}

function readOrMake(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  make(file);
  return readFileSync(file, 'utf8');
}

/** The link appears with its content, and only if there is none yet. On disk before anything is sealed with it. */
function make(file: string): void {
  makeFolder(dirname(file));
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    const handle = openSync(draft, 'wx', 0o600);
    try {
      writeSync(handle, `${randomBytes(keyBytes).toString('base64')}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    linkSync(draft, file);
    syncFolder(dirname(file));
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function syncFolder(folder: string): void {
  // Windows has no handles of folders.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
