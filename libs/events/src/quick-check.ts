import { z } from 'zod';
import { limitOf } from './quick-limit.ts';

/** Whether a schema accepts a value as it stands. False decides nothing: ask the schema then. */
export type Check = (value: unknown) => boolean;

/** Undefined where some part of the schema is of a kind that is not known here. */
export function checkOf(schema: z.core.$ZodType): Check | undefined {
  if (schema instanceof z.ZodObject) return objectCheck(schema);
  if (schema instanceof z.ZodDiscriminatedUnion) return unionCheck(schema);
  if (schema instanceof z.ZodLiteral) return memberCheck(schema.values);
  if (schema instanceof z.ZodEnum) return memberCheck(new Set<unknown>(schema.options));
  if (schema instanceof z.ZodArray) return allOf([arrayCheck(schema), ...limitsOf(schema)]);
  if (schema instanceof z.ZodString) return allOf([isString, ...limitsOf(schema)]);
  if (schema instanceof z.ZodISODateTime) {
    const { pattern } = schema._zod;
    return allOf([isString, (value) => pattern.test(String(value)), ...limitsOf(schema)]);
  }
  if (schema instanceof z.ZodNumberFormat && schema._zod.def.format === 'safeint')
    return allOf([Number.isSafeInteger, ...limitsOf(schema)]);
  return undefined;
}

function objectCheck(schema: z.ZodObject): Check | undefined {
  const names = Object.keys(schema.shape);
  const checks = Object.values(schema.shape).map(checkOf);
  if (schema._zod.def.catchall || limitsOf(schema).length > 0 || checks.includes(undefined)) return undefined;
  return (value) => {
    if (!isObject(value)) return false;
    let fields = 0;
    for (const _ in value) fields++;
    if (fields !== names.length) return false;
    for (let index = 0; index < fields; index++) {
      if (!checks[index]?.(value[names[index] ?? ''])) return false;
    }
    return true;
  };
}

function unionCheck({ options, _zod }: z.ZodDiscriminatedUnion): Check | undefined {
  const { discriminator } = _zod.def;
  const variants = new Map<unknown, Check>();
  for (const option of options) {
    const tag = option instanceof z.ZodObject ? option.shape[discriminator] : undefined;
    const check = checkOf(option);
    if (check && tag instanceof z.ZodLiteral) for (const name of tag.values) variants.set(name, check);
  }
  if (variants.size === 0) return undefined;
  return (value) => isObject(value) && variants.get(value[discriminator])?.(value) === true;
}

function arrayCheck({ element }: z.ZodArray): Check | undefined {
  const check = checkOf(element);
  return check && ((value) => Array.isArray(value) && value.every((item) => check(item)));
}

function memberCheck(members: ReadonlySet<unknown>): Check {
  return (value) => members.has(value);
}

/** What was added to the type itself, such as `.min(1)`. */
function limitsOf({ _zod }: z.core.$ZodType): readonly (Check | undefined)[] {
  return (_zod.def.checks ?? []).map(limitOf);
}

function allOf(checks: readonly (Check | undefined)[]): Check | undefined {
  const [first, second] = checks;
  if (checks.includes(undefined)) return undefined;
  if (checks.length === 1) return first;
  if (checks.length === 2) return (value) => first?.(value) === true && second?.(value) === true;
  return (value) => checks.every((check) => check?.(value));
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
