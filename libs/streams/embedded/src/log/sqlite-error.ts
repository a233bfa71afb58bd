import { StreamsError } from '@millrace/streams';

/** The part of node:sqlite's errors that tells what happened: SQLite's extended result code. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

const primary = (code: number) => code & 0xff;
/** 15: the lock was lost to others again and again for seconds, as to a process that is stopped with it. */
const busyCodes: ReadonlySet<number> = new Set([5, 6, 15]);
const sharedMemoryFull = 10 | (19 << 8);

/** Another connection holds what is needed; trying again soon succeeds. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && busyCodes.has(primary(code));
}

/** What SQLite or the file system said, as the library's error, with the file and what a person can do about it. */
export function translateError(error: unknown, file: string): StreamsError {
  if (error instanceof StreamsError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const fail = (code: StreamsError['code'], text: string) =>
    new StreamsError(code, `${text} (${detail})`, { cause: error });
  const code = resultCode(error);
  if (code === undefined) return systemError(error, file, fail);
  if (code === sharedMemoryFull) return fail('STORAGE_FULL', fullText(file));
  if (isBusy(error))
    return fail(
      'BUSY',
      `Another program holds the lock of the log ${file}; try again, or find it with \`fuser ${file}\``,
    );
  switch (primary(code)) {
    case 13:
      return fail('STORAGE_FULL', fullText(file));
    case 11:
    case 26:
      return fail('STORAGE_CORRUPT', corruptText(file));
    case 8:
    case 3:
    case 23:
      return fail(
        'UNAUTHORIZED',
        `The log ${file} cannot be written: check the owner and mode of the file and its folder`,
      );
    case 14:
      return fail(
        'UNAVAILABLE',
        `The log ${file} cannot be opened: check that its folder exists and can be written`,
      );
    case 10:
      return fail('UNAVAILABLE', `The disk under the log ${file} failed to read or write`);
    case 18:
      return fail('TOO_LARGE', `A record is larger than the log ${file} can hold`);
    default:
      return fail('INTERNAL', `The log ${file} refused an operation`);
  }
}

const fullText = (file: string) =>
  `The disk under the log ${file} is full; nothing of this write was stored: free space, then try again`;

const corruptText = (file: string) =>
  `The file ${file} is damaged or is no log of this library: restore a backup, or save what can be saved with \`sqlite3 ${file} .recover\`, or name another file`;

function systemError(
  error: unknown,
  file: string,
  fail: (code: StreamsError['code'], text: string) => StreamsError,
): StreamsError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return fail('STORAGE_FULL', fullText(file));
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return fail(
        'UNAUTHORIZED',
        `The log ${file} cannot be written: check the owner and mode of the file and its folder`,
      );
    case 'ERR_INVALID_STATE':
      return closedError(file);
    case 'EIO':
      return fail('UNAVAILABLE', `The disk under the log ${file} failed to read or write`);
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return fail(
        'INVALID_ARGUMENT',
        `The log ${file} cannot be created there: a part of its path is not a folder`,
      );
    default:
      return fail('INTERNAL', `The log ${file} could not be used`);
  }
}

export function closedError(file: string): StreamsError {
  return new StreamsError('CLOSED', `The log ${file} is closed: open it again`);
}
