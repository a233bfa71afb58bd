import { formatPosition, type Position } from './position.ts';

/** Every way in which the library can fail. The set is closed: a `switch` over it may end in a `never` check. */
export type StreamsErrorCode =
  | 'INVALID_ARGUMENT'
  | 'INVALID_RECORD'
  | 'UNSUPPORTED'
  | 'UNKNOWN_TOPIC'
  | 'UNKNOWN_GROUP'
  | 'TOPIC_MISMATCH'
  | 'GROUP_ACTIVE'
  | 'FENCED'
  | 'REJECTED'
  | 'HANDLER_FAILED'
  | 'NOT_REPLICATED'
  | 'UNAVAILABLE'
  | 'BUSY'
  | 'STORAGE_FULL'
  | 'STORAGE_CORRUPT'
  | 'STORAGE_VERSION'
  | 'UNAUTHORIZED'
  | 'TOO_LARGE'
  | 'CLOSED'
  | 'ABORTED'
  | 'INTERNAL';

const retryableCodes: ReadonlySet<StreamsErrorCode> = new Set<StreamsErrorCode>([
  'HANDLER_FAILED',
  'NOT_REPLICATED',
  'UNAVAILABLE',
  'BUSY',
  'STORAGE_FULL',
]);

export interface StreamsErrorOptions {
  readonly cause?: unknown;
  /** The group that met the error. */
  readonly group?: string;
  /** The message at which it did. */
  readonly position?: Position;
}

/** The library's one error class. `retryable` says whether the same call can succeed later without a change. */
export class StreamsError extends Error {
  override readonly name = 'StreamsError';
  readonly code: StreamsErrorCode;
  readonly retryable: boolean;
  declare readonly group?: string;
  declare readonly position?: Position;

  constructor(code: StreamsErrorCode, message: string, options: StreamsErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.retryable = retryableCodes.has(code);
    if (options.group !== undefined) this.group = options.group;
    if (options.position !== undefined) this.position = options.position;
  }
}

/** Thrown by a handler that will never accept this message: it goes to the dead letters without further attempts. */
export class Rejected extends StreamsError {
  constructor(reason: string, options: StreamsErrorOptions = {}) {
    super('REJECTED', reason, options);
  }
}

export function isStreamsError(error: unknown, code?: StreamsErrorCode): error is StreamsError {
  return error instanceof StreamsError && (code === undefined || error.code === code);
}

/** Any thrown value as the library's error; what is one already stays as it is. */
export function toStreamsError(error: unknown, code: StreamsErrorCode, message: string): StreamsError {
  if (error instanceof StreamsError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new StreamsError(code, `${message}: ${detail}`, { cause: error });
}

/** The same error, saying in which group and at which message or partition it was met, unless it does so already. */
export function locate(
  error: StreamsError,
  group: string,
  at: { readonly position: Position } | { readonly partition: number },
): StreamsError {
  if (error.group !== undefined) return error;
  const place = 'position' in at ? formatPosition(at.position) : `partition ${at.partition}`;
  const position = 'position' in at ? { position: plain(at.position) } : {};
  return new StreamsError(error.code, `group ${group} at ${place}: ${error.message}`, {
    cause: error,
    group,
    ...position,
  });
}

/** Without what else a record holds. */
function plain({ topic, partition, offset }: Position): Position {
  return { topic, partition, offset };
}
