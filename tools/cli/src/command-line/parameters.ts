import { UsageError } from '../usage-error.ts';

type Value = string | boolean | readonly string[] | undefined;

/** The arguments and options of a call, each read as what it has to be. */
export class Parameters {
  readonly #arguments: readonly (Value | string[])[];
  readonly #options: Readonly<Record<string, Value>>;

  constructor(given: readonly (Value | string[])[], options: Readonly<Record<string, Value>>) {
    this.#arguments = given;
    this.#options = options;
  }

  argument(index: number): string {
    const value = this.#arguments[index];
    if (typeof value === 'string') return value;
    throw new UsageError(`argument ${index + 1} is missing; --help says what it is`);
  }

  optionalArgument(index: number): string | undefined {
    const value = this.#arguments[index];
    return typeof value === 'string' ? value : undefined;
  }

  rest(index: number): readonly string[] {
    const value = this.#arguments[index];
    return Array.isArray(value) ? value : [];
  }

  flag(name: string): boolean {
    return this.#options[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#options[name];
    return typeof value === 'string' ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.#options[name];
    return Array.isArray(value) ? value : [];
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.text(name);
    return choices.find((choice) => choice === value);
  }

  integer(name: string, least: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (/^\d+$/.test(value) && Number.isSafeInteger(number) && number >= least) return number;
    throw new UsageError(`--${dashed(name)} must be a whole number from ${least} on, not ${value}`);
  }

  /** Milliseconds of `500ms`, `30s`, `5m`, `1h` or `2d`. */
  duration(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const milliseconds = parseDuration(value);
    if (milliseconds !== undefined) return milliseconds;
    throw new UsageError(`--${dashed(name)} must be a time such as 500ms, 30s, 5m, 1h or 2d, not ${value}`);
  }
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (!match) return undefined;
  return Math.round(Number(match[1]) * (units[match[2] ?? ''] ?? 0));
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
