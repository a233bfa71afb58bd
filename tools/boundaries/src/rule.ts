import type { SourceFile } from './source-file.ts';

export interface Finding {
  readonly line: number;
  /** What the line does, as in "imports ioredis". */
  readonly does: string;
  /** The rule it breaks, as a sentence about how things are. */
  readonly rule: string;
  /** What to do instead. */
  readonly instead: string;
}

export type Rule = (file: SourceFile) => readonly Finding[];

export interface Violation extends Finding {
  readonly path: string;
}
