/** Something a person must decide or mend. The message says what was wrong, with which value, and what to do. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
