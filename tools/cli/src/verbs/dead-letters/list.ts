import { type DeadLetter, formatPosition, isStreamsError } from '@millrace/streams';
import type { Call, Run } from '../../verb.ts';

export const run: Run = async (call) => {
  const rows = [];
  for await (const letter of lettersOf(call, call.parameters.integer('limit', 1)))
    rows.push(letterValue(letter));
  await call.output.table(
    rows,
    [
      { title: 'position', of: ({ position }) => position },
      { title: 'origin', of: ({ origin }) => origin },
      { title: 'code', of: ({ code }) => code },
      { title: 'attempts', of: ({ attempts }) => attempts, align: 'right' },
      { title: 'failed at', of: ({ failedAt }) => failedAt },
      { title: 'error', of: ({ error }) => (error.length > 80 ? `${error.slice(0, 79)}…` : error) },
    ],
    'no dead letters',
  );
  return 0;
};

/** A group that never gave up a message has no topic of dead letters: it has none. */
export async function* lettersOf(call: Call, limit?: number): AsyncGenerator<DeadLetter, void, undefined> {
  const { streams } = await call.connect();
  const options = { signal: call.signal, ...(limit === undefined ? {} : { limit }) };
  try {
    yield* streams.admin.deadLetters(call.parameters.argument(0), options);
  } catch (error) {
    if (!isStreamsError(error, 'UNKNOWN_TOPIC')) throw error;
    await streams.admin.describeGroup(call.parameters.argument(0));
  }
}

export function letterValue(letter: DeadLetter): {
  readonly position: string;
  readonly origin: string;
  readonly code: string;
  readonly attempts: number;
  readonly failedAt: string;
  readonly error: string;
} {
  const { position, origin, code, attempts, failedAt, error } = letter;
  return {
    position: formatPosition(position),
    origin: formatPosition(origin),
    code,
    attempts,
    failedAt: Number.isNaN(failedAt.getTime()) ? '' : failedAt.toISOString(),
    error,
  };
}
