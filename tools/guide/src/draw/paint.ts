/** Colours by meaning; without colours the text as it is. */
export interface Brush {
  readonly heading: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly consumer: (text: string) => string;
  readonly record: (text: string) => string;
}

export function paint(colours: boolean): Brush {
  const sgr =
    (code: number | string) =>
    (text: string): string =>
      colours ? `\u001B[${code}m${text}\u001B[0m` : text;
  return {
    heading: sgr(1),
    faint: sgr(2),
    good: sgr(32),
    bad: sgr('1;31'),
    consumer: sgr(36),
    record: sgr(33),
  };
}
