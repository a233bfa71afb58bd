import { accessSync, constants } from 'node:fs';
import { makeFolder } from '@millrace/streams';

const refusals: Readonly<Record<string, string>> = {
  EROFS: 'cannot be written, its file system is read-only',
  EACCES: 'cannot be written by this user',
  EPERM: 'cannot be written by this user',
  ENOTDIR: 'is no folder',
  EEXIST: 'is no folder',
};

/** Makes the folder if it is missing. Returns why nothing can be written there; undefined when it can. */
export function dataDirProblem(folder: string): string | undefined {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return notWritable(error) ?? `cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What an error says about the folder it happened in; undefined when it is about something else. */
export function notWritable(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? refusals[String(error.code)] : undefined;
}
