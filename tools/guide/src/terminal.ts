import type { ReadStream } from 'node:tty';
import type { Brush } from './paint.ts';

export interface Terminal {
  readonly output: { write(text: string): unknown };
  readonly input: Pick<ReadStream, 'isTTY'> & NodeJS.ReadableStream;
  readonly brush: Brush;
  readonly signal: AbortSignal;
}
