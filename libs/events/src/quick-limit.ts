import { z } from 'zod';
import type { CheckSource } from './check-source.ts';

/** What a limit asks of a value whose type is right already; undefined for a limit that is not known here. */
export function limitOf(
  limit: z.core.$ZodCheck<never>,
  value: string,
  source: CheckSource,
): string | undefined {
  if (limit instanceof z.core.$ZodCheckMinLength) return `${value}.length >= ${limit._zod.def.minimum}`;
  if (limit instanceof z.core.$ZodCheckGreaterThan) return lowerBound(limit._zod.def, value);
  if (limit instanceof z.core.$ZodCheckRegex) return matches(limit._zod.def.pattern, value, source);
  return undefined;
}

function lowerBound(
  { value: bound, inclusive }: z.core.$ZodCheckGreaterThanDef,
  value: string,
): string | undefined {
  if (typeof bound !== 'number') return undefined;
  return `${value} ${inclusive ? '>=' : '>'} ${bound}`;
}

function matches(pattern: RegExp, value: string, source: CheckSource): string | undefined {
  // One with a memory of its own would answer differently each time.
  if (pattern.global || pattern.sticky) return undefined;
  return `${source.constant(pattern)}.test(${value})`;
}
