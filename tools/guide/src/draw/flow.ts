import { stripVTControlCharacters } from 'node:util';

export interface FlowOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Before the first line, such as the name of a lane. */
  readonly first?: string;
  /** Columns before every further line. Default: as many as `first` has. */
  readonly indent?: number;
  readonly separator?: string;
}

/** Pieces one after another in as many lines as they need; no piece is broken, colours count for nothing. */
export function flow(
  pieces: readonly string[],
  { width, first = '', indent = columnsOf(first), separator = ' ' }: FlowOptions,
): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const piece of pieces) {
    const longer = isEmpty ? line + piece : line + separator + piece;
    if (isEmpty || columnsOf(longer) <= width) line = longer;
    else {
      lines.push(line + separator.trimEnd());
      line = ' '.repeat(indent) + piece;
    }
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}

/** A text in lines that are broken between words. */
export function wrap(text: string, options: FlowOptions): string {
  return flow(text.split(/\s+/), options);
}

/** The text, or its beginning where it is longer. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

export function columnsOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
