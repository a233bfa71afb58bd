import type { ReadStream } from 'node:tty';
import type { GuideServers } from '@millrace/guide';
import type { Brush } from './draw/paint.ts';

export interface Terminal {
  readonly output: { write(text: string): unknown };
  readonly input: Pick<ReadStream, 'isTTY'> & NodeJS.ReadableStream;
  readonly brush: Brush;
  /** Columns. */
  readonly width: number;
  readonly signal: AbortSignal;
  readonly servers: GuideServers;
}

/** Of lines that are easy to read; where there is no terminal, as many as most have. */
export function widthOf({ columns = 100 }: { readonly columns?: number }): number {
  return Math.max(40, Math.min(columns, 120));
}
