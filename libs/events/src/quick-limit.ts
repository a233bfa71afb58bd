import { z } from 'zod';
import type { Check } from './quick-check.ts';

/** A limit on values whose type is right already; undefined for one that is not known here. */
export function limitOf(limit: z.core.$ZodCheck<never>): Check | undefined {
  if (limit instanceof z.core.$ZodCheckMinLength) return leastLength(limit._zod.def.minimum);
  if (limit instanceof z.core.$ZodCheckGreaterThan) return lowerBound(limit._zod.def);
  if (limit instanceof z.core.$ZodCheckRegex) return matches(limit._zod.def.pattern);
  return undefined;
}

function leastLength(least: number): Check {
  return (value) => (typeof value === 'string' || Array.isArray(value)) && value.length >= least;
}

function lowerBound({ value: bound, inclusive }: z.core.$ZodCheckGreaterThanDef): Check | undefined {
  if (typeof bound !== 'number') return undefined;
  return (value) => typeof value === 'number' && (inclusive ? value >= bound : value > bound);
}

function matches(pattern: RegExp): Check | undefined {
  // One with a memory of its own would answer differently each time.
  if (pattern.global || pattern.sticky) return undefined;
  return (value) => typeof value === 'string' && pattern.test(value);
}
