import type { Position } from '../position.ts';
import type { Middleware } from './middleware.ts';

/** One attempt of a handler, as it ended. It holds no value, key or header of a message. */
export interface HandlerLogEntry {
  readonly outcome: 'handled' | 'failed';
  readonly group: string;
  /** Of the first message; undefined for a batch without any. */
  readonly position: Position | undefined;
  readonly messages: number;
  readonly attempt: number;
  readonly durationMs: number;
  /** What the handler threw. */
  readonly error?: unknown;
}

/** Hands an entry for every attempt to `write`, which must not throw: `log((entry) => logger.debug(entry, 'message'))`. */
export function log(write: (entry: HandlerLogEntry) => void): Middleware {
  return async ({ group, messages }, next) => {
    const started = performance.now();
    const [first] = messages;
    const entry = (): Omit<HandlerLogEntry, 'outcome'> => ({
      group,
      position: first && { topic: first.topic, partition: first.partition, offset: first.offset },
      messages: messages.length,
      attempt: first?.attempt ?? 1,
      durationMs: performance.now() - started,
    });
    try {
      await next();
    } catch (error) {
      write({ outcome: 'failed', ...entry(), error });
      throw error;
    }
    write({ outcome: 'handled', ...entry() });
  };
}
