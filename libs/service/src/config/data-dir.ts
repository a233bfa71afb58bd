import { accessSync, constants } from 'node:fs';
import { makeFolder } from '@millrace/streams';
import { ConfigError } from './config-error.ts';

const refusals: Readonly<Record<string, string>> = {
  EROFS: 'cannot be written, its file system is read-only',
  EACCES: 'cannot be written by this user',
  EPERM: 'cannot be written by this user',
  ENOTDIR: 'is no folder',
  EEXIST: 'is no folder',
};

/** Room may come by itself; a folder does not become writable. */
const passing: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EIO']);

/** Makes the folder if it is missing. Throws ConfigError where nothing can ever be written there. */
export function assertDataDir(service: string, folder: string): void {
  try {
    makeWritable(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && passing.has(String(error.code))) return;
    const problem = `${reasonOf(error)}: make it writable or choose another folder`;
    throw new ConfigError(service, [{ name: 'DATA_DIR', value: folder, problem }]);
  }
}

/** Makes the folder if it is missing. Returns why nothing can be written there; undefined when it can. */
export function dataDirProblem(folder: string): string | undefined {
  try {
    makeWritable(folder);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function makeWritable(folder: string): void {
  makeFolder(folder);
  accessSync(folder, constants.W_OK | constants.X_OK);
}

function reasonOf(error: unknown): string {
  return notWritable(error) ?? `cannot be used: ${error instanceof Error ? error.message : String(error)}`;
}

/** What an error says about the folder it happened in; undefined when it is about something else. */
export function notWritable(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? refusals[String(error.code)] : undefined;
}
