import { z } from 'zod';

export interface IntegerOptions {
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** A whole number; the error says the range and the default. */
export function integer(options: IntegerOptions): z.ZodType<number> {
  const problem = `must be a whole number from ${options.min} to ${options.max} (default ${options.default})`;
  return z
    .string()
    .regex(/^-?\d{1,15}$/, problem)
    .transform(Number)
    .refine((value) => value >= options.min && value <= options.max, problem)
    .default(options.default);
}

/** A decimal number; the error says the range and the default. */
export function decimal(options: IntegerOptions): z.ZodType<number> {
  const problem = `must be a number from ${options.min} to ${options.max} (default ${options.default})`;
  return z
    .string()
    .regex(/^-?\d{1,15}(\.\d{1,9})?$/, problem)
    .transform(Number)
    .refine((value) => value >= options.min && value <= options.max, problem)
    .default(options.default);
}

/** `on` or `off`. */
export function onOff(standard: 'on' | 'off'): z.ZodType<boolean> {
  return oneOf(['on', 'off'], standard).transform((value) => value === 'on');
}

export function oneOf<const Value extends string>(
  values: readonly Value[],
  standard: NoInfer<Value>,
): z.ZodType<Value> {
  return z.enum(values, `must be one of ${values.join(', ')} (default ${standard})`).default(standard);
}

/** Text that is there or not; `problem` says what it must look like. */
export function optionalText(pattern: RegExp, problem: string): z.ZodType<string | undefined> {
  return z.string().regex(pattern, problem).optional();
}

/** A URL with one of these schemes, or nothing. */
export function optionalUrl(schemes: readonly string[], example: string): z.ZodType<string | undefined> {
  const problem = `must be a URL such as ${example}`;
  return z
    .string()
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), problem)
    .optional();
}

/** For a service that has no variables of its own. */
export const noVariables: z.ZodType<object> = z.object({});
