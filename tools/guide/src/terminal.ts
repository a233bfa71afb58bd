import type { ReadStream } from 'node:tty';
import type { GuideServers } from '@millrace/guide';
import type { Brush } from './paint.ts';

export interface Terminal {
  readonly output: { write(text: string): unknown };
  readonly input: Pick<ReadStream, 'isTTY'> & NodeJS.ReadableStream;
  readonly brush: Brush;
  readonly signal: AbortSignal;
  readonly servers: GuideServers;
}

/** The text in lines of at most 96 characters. */
export function wrap(text: string): string {
  return text.replaceAll(/(.{1,96})(?:\s+|$)/g, '$1\n').trimEnd();
}
