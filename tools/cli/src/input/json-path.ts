import { UsageError } from '../usage-error.ts';

type Test = (value: unknown) => boolean;

/**
 * A condition on a JSON value: `orderId` (is there), `type=PaymentDeclined`, `pence!=0`, `lines[0].sku~^85` (a regular
 * expression). Paths may begin with `$.`.
 */
export function parseCondition(text: string): Test {
  const match = /^(.+?)(?:(!=|=|~)(.*))?$/s.exec(text);
  const [, path = '', operator, wanted = ''] = match ?? [];
  const find = parsePath(path);
  switch (operator) {
    case '=':
      return (value) => asText(find(value)) === wanted;
    case '!=':
      return (value) => asText(find(value)) !== wanted;
    case '~': {
      const pattern = regularExpression(wanted);
      return (value) => {
        const found = asText(find(value));
        return found !== undefined && pattern.test(found);
      };
    }
    default:
      return (value) => find(value) !== undefined;
  }
}

/** `lines[0].sku` as a function that finds it in a value; undefined where there is none. */
export function parsePath(text: string): (value: unknown) => unknown {
  const plain = text.replace(/^\$\.?/, '');
  const steps = plain === '' ? [] : plain.split(/\.|(?=\[)/).map((step) => step.replace(/^\[(.*)\]$/, '$1'));
  if (steps.some((step) => step === '' || /[[\]]/.test(step)))
    throw new UsageError(`${text} is no path into JSON; write one such as $.lines[0].sku`);
  return (value) =>
    steps.reduce<unknown>(
      (found, step) =>
        typeof found === 'object' && found !== null && Object.hasOwn(found, step)
          ? (found as Record<string, unknown>)[step]
          : undefined,
      value,
    );
}

/** The value with what lies at the path replaced. */
export function setAt(value: unknown, path: string, replacement: unknown): unknown {
  const steps = path
    .replace(/^\$\.?/, '')
    .split(/\.|(?=\[)/)
    .map((step) => step.replace(/^\[(.*)\]$/, '$1'));
  return setSteps(value, steps, replacement);
}

function setSteps(value: unknown, [step, ...rest]: readonly string[], replacement: unknown): unknown {
  if (step === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === step ? setSteps(each, rest, replacement) : each));
  const object = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return { ...object, [step]: setSteps(object[step], rest, replacement) };
}

function asText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw new UsageError(
      `${text} is no regular expression: ${error instanceof Error ? error.message : error}`,
    );
  }
}
