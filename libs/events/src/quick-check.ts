import { z } from 'zod';
import { CheckSource } from './check-source.ts';
import { limitOf } from './quick-limit.ts';

/** Whether a schema accepts a value as it stands. False decides nothing: ask the schema then. */
export type Check = (value: unknown) => boolean;

/**
 * Compiled, as zod compiles its own: functions made for one schema each would share their places in the program with
 * those of all others, and take three times as long. Undefined where some part of the schema is of a kind that is not
 * known here, and where programs may not be compiled.
 */
export function checkOf(schema: z.core.$ZodType): Check | undefined {
  const source = new CheckSource();
  const condition = conditionOf(schema, 'value', source);
  return condition === undefined ? undefined : source.compile(condition);
}

/** What must hold of the value that `value` names in the program. */
type Condition = string | undefined;

function conditionOf(schema: z.core.$ZodType, value: string, source: CheckSource): Condition {
  if (schema instanceof z.ZodObject) return objectCondition(schema, value, source);
  if (schema instanceof z.ZodDiscriminatedUnion) return unionCondition(schema, value, source);
  if (schema instanceof z.ZodLiteral) return memberCondition([...schema.values], value);
  if (schema instanceof z.ZodEnum) return memberCondition(schema.options, value);
  const limits = limitsOf(schema, value, source);
  if (schema instanceof z.ZodArray) return both([arrayCondition(schema, value, source), ...limits]);
  if (schema instanceof z.ZodString) return both([`typeof ${value} === 'string'`, ...limits]);
  if (schema instanceof z.ZodISODateTime) {
    const pattern = `${source.constant(schema._zod.pattern)}.test(${value})`;
    return both([`typeof ${value} === 'string'`, pattern, ...limits]);
  }
  if (schema instanceof z.ZodNumberFormat && schema._zod.def.format === 'safeint')
    return both([`Number.isSafeInteger(${value})`, ...limits]);
  return undefined;
}

function objectCondition(schema: z.ZodObject, value: string, source: CheckSource): Condition {
  const fields = Object.entries(schema.shape);
  const conditions = fields.map(([name, field]) =>
    conditionOf(field, `object[${JSON.stringify(name)}]`, source),
  );
  const whole = both(conditions);
  if (schema._zod.def.catchall || schema._zod.def.checks?.length || whole === undefined) return undefined;
  const check = source.function(
    'object',
    `if (typeof object !== 'object' || object === null || Array.isArray(object)) return false;
    let fields = 0;
    for (const _ in object) fields++;
    return fields === ${fields.length} && ${whole};`,
  );
  return `${check}(${value})`;
}

function unionCondition(
  { options, _zod }: z.ZodDiscriminatedUnion,
  value: string,
  source: CheckSource,
): Condition {
  const tag = JSON.stringify(_zod.def.discriminator);
  const cases = options.flatMap((option) => {
    const literal = option instanceof z.ZodObject ? option.shape[_zod.def.discriminator] : undefined;
    const condition = conditionOf(option, 'variant', source);
    if (!(literal instanceof z.ZodLiteral) || condition === undefined) return [];
    const matches = memberCondition([...literal.values], `variant[${tag}]`);
    return matches === undefined ? [] : [`if (${matches}) return ${condition};`];
  });
  if (cases.length === 0) return undefined;
  const check = source.function(
    'variant',
    `if (typeof variant !== 'object' || variant === null) return false;\n${cases.join('\n')}\nreturn false;`,
  );
  return `${check}(${value})`;
}

function arrayCondition({ element }: z.ZodArray, value: string, source: CheckSource): Condition {
  const condition = conditionOf(element, 'item', source);
  return condition && `Array.isArray(${value}) && ${value}.every((item) => ${condition})`;
}

function memberCondition(members: readonly unknown[], value: string): Condition {
  if (!members.every((member) => typeof member === 'string')) return undefined;
  return `(${members.map((member) => `${value} === ${JSON.stringify(member)}`).join(' || ')})`;
}

/** What was added to the type itself, such as `.min(1)`. */
function limitsOf({ _zod }: z.core.$ZodType, value: string, source: CheckSource): readonly Condition[] {
  return (_zod.def.checks ?? []).map((limit) => limitOf(limit, value, source));
}

function both(conditions: readonly Condition[]): Condition {
  return conditions.includes(undefined) ? undefined : conditions.join(' && ') || 'true';
}
