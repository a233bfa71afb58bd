import { isStreamsError, StreamsError } from '@millrace/streams';

/** SQLITE_BUSY, SQLITE_LOCKED, and SQLITE_PROTOCOL (a lock that others had for seconds), without their extended bits. */
const sqliteBusy: ReadonlySet<number> = new Set([5, 6, 15]);
const sqliteFull = 13;
/** PostgreSQL's disk_full. */
const postgresFull = '53100';

/** PostgreSQL: connection trouble (08), not enough resources (53), shutting down (57), rollbacks worth repeating (40). */
const passingStates = /^(08|53|57|40)/;
const passingSystemErrors = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/;

/**
 * A database's error as the streams runtime should see it: what passes by itself is UNAVAILABLE or BUSY, so that no
 * message is given up for it; anything else stays what it is and counts as the message's failure.
 */
export function fromSqlError(error: unknown): unknown {
  if (isStreamsError(error) || !(error instanceof Error)) return error;
  const sqlite = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
  if (sqlite !== undefined && sqliteBusy.has(sqlite)) return streamsError('BUSY', error);
  if (sqlite === sqliteFull) return streamsError('STORAGE_FULL', error);
  const code = 'code' in error ? String(error.code) : '';
  if (code === postgresFull) return streamsError('STORAGE_FULL', error);
  const passing = passingStates.test(code) || passingSystemErrors.test(code) || isConnectionLost(error);
  return passing ? streamsError('UNAVAILABLE', error) : error;
}

/** What pg says without a code. */
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/;

function isConnectionLost(error: Error): boolean {
  return lostConnection.test(error.message);
}

function streamsError(code: 'BUSY' | 'STORAGE_FULL' | 'UNAVAILABLE', error: Error): StreamsError {
  return new StreamsError(code, `the SQL database: ${error.message}`, { cause: error });
}
