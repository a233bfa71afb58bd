import { maskCredentials, StreamsError, type StreamsErrorCode } from '@millrace/streams';

/** Beginnings of what Redis and the client say, and what that means. */
const codes: readonly (readonly [RegExp, StreamsErrorCode])[] = [
  [/^FENCED/, 'FENCED'],
  [/^(NOAUTH|WRONGPASS|NOPERM|ERR invalid (username|password)|ERR AUTH)/i, 'UNAUTHORIZED'],
  // A script that runs into what its user may not do.
  [
    /can't run this command|can't access at least one of the (keys|channels)|ACL failure in script/i,
    'UNAUTHORIZED',
  ],
  [/^(OOM|MISCONF)|exhausted the last possible ID/, 'STORAGE_FULL'],
  [/^NOREPLICAS/, 'NOT_REPLICATED'],
  [/^(BUSY|TRYAGAIN)/, 'BUSY'],
  [/^ERR max number of clients reached/, 'UNAVAILABLE'],
  [/^ERR unknown (sub)?command|Unknown Redis command called from script/i, 'UNSUPPORTED'],
  [/^(LOADING|MASTERDOWN|READONLY|CLUSTERDOWN|UNKILLABLE|MOVED|ASK)/, 'UNAVAILABLE'],
  // The master became a replica before it could wait for copies: whether the write lives on nobody knows yet.
  [/^(UNBLOCKED|ERR WAIT(AOF)? cannot be used with replica)/, 'UNAVAILABLE'],
  [
    /^No reply within|max retries per request|Connection is closed|Stream isn't writeable|Command timed out/i,
    'UNAVAILABLE',
  ],
  [
    /All sentinels are unreachable|Failed to refresh slots|Too many Cluster redirections|None of startup nodes/i,
    'UNAVAILABLE',
  ],
  [/ECONN|EPIPE|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EAI_AGAIN|socket/i, 'UNAVAILABLE'],
  [/^CROSSSLOT/, 'UNSUPPORTED'],
  [/^ERR (DB index is out of range|invalid DB index|SELECT is not allowed)/, 'INVALID_ARGUMENT'],
  [/^WRONGTYPE/, 'INVALID_ARGUMENT'],
  [/^ERR Protocol error|string exceeds maximum allowed size/i, 'TOO_LARGE'],
];

/** Anything thrown below the driver as the library's error; passwords never appear in it. */
export function translate(error: unknown, doing: string): StreamsError {
  if (error instanceof StreamsError) return error;
  const message = maskCredentials(messageOf(error));
  const code = codes.find(([pattern]) => pattern.test(message))?.[1] ?? 'INTERNAL';
  return new StreamsError(code, `Redis: ${doing}: ${plain(message)}`, { cause: harmless(error, message) });
}

/** What the server or the client says in a way that only they understand. */
function plain(message: string): string {
  if (/max retries per request/.test(message)) return 'there is no connection to the server now';
  const [, command] = /^ERR unknown (?:sub)?command '?([^\s',]+)/i.exec(message) ?? [];
  if (command !== undefined)
    return `the server does not know the command ${command.toUpperCase()}, which streams need; is it renamed or disabled?`;
  if (message.startsWith('READONLY')) return 'READONLY the server is a replica, which takes no writes';
  return message;
}

/** True for what a server replies that is up and cannot serve yet. */
export function isNotReady(error: unknown): boolean {
  return /^(LOADING|MASTERDOWN|CLUSTERDOWN)/.test(messageOf(error));
}

/** True for a command that this user may not give, or that the server does not know. */
export function isForbidden(error: unknown): boolean {
  return ['UNAUTHORIZED', 'UNSUPPORTED'].includes(translate(error, 'a command').code);
}

export function hasCode(error: unknown, prefix: string): boolean {
  return messageOf(error).startsWith(prefix);
}

/** A server that owes a reply is silent. */
export function noReply(milliseconds: number): Error {
  return new Error(`No reply within ${milliseconds} ms`);
}

/** As the client says it. */
export function connectionClosed(): Error {
  return new Error('Connection is closed.');
}

/** The client attaches the failed command with its arguments: those may be a password or a customer's data. */
function harmless(error: unknown, message: string): Error {
  const cause = new Error(message);
  if (error instanceof Error && error.stack !== undefined) cause.stack = maskCredentials(error.stack);
  return cause;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
