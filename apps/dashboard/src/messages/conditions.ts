import { HttpProblem } from '@millrace/service';
import type { Content } from './content.ts';

export interface ConditionTexts {
  readonly key?: string | undefined;
  /** `name`, `name=value`, `name!=value` or `name~part`. */
  readonly header?: string | undefined;
  /** A path into the JSON and what must be there: `type=PaymentDeclined`, `lines[0].sku~85`, `pence>1000`, `reason`. */
  readonly where?: string | undefined;
}

export type Condition = (content: Content) => boolean;

/** A test of all that is asked for. 400 when a text is none that it knows. */
export function conditionOf({ key, header, where }: ConditionTexts): Condition {
  const tests: Condition[] = [];
  if (key) tests.push((content) => content.key === key);
  if (header) {
    const { path, test } = comparison(header);
    tests.push(({ headers }) => test(headers[path]));
  }
  if (where) {
    const { path, test } = comparison(where);
    const steps = stepsOf(path);
    tests.push(({ form, value }) => form === 'json' && test(at(value, steps)));
  }
  return (content) => tests.every((test) => test(content));
}

interface Comparison {
  readonly path: string;
  readonly test: (value: unknown) => boolean;
}

function comparison(text: string): Comparison {
  const [, path = '', operator, wanted = ''] = /^(.+?)(?:(!=|=|~|>|<)(.*))?$/s.exec(text.trim()) ?? [];
  return { path: path.trim(), test: testOf(operator, wanted.trim()) };
}

function testOf(operator: string | undefined, wanted: string): Comparison['test'] {
  switch (operator) {
    case '=':
      return (value) => textOf(value) === wanted;
    case '!=':
      return (value) => textOf(value) !== wanted;
    case '~':
      return (value) => textOf(value)?.includes(wanted) ?? false;
    case '>':
      return (value) => typeof value === 'number' && value > Number(wanted);
    case '<':
      return (value) => typeof value === 'number' && value < Number(wanted);
    default:
      return (value) => value !== undefined;
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function stepsOf(path: string): readonly string[] {
  const plain = path.replace(/^\$\.?/, '');
  const steps = plain === '' ? [] : plain.split(/\.|(?=\[)/).map((step) => step.replace(/^\[(.*)\]$/, '$1'));
  if (steps.some((step) => step === '' || /[[\]]/.test(step)))
    throw new HttpProblem(400, 'Bad Request', `${path} is no path into JSON; write one such as lines[0].sku`);
  return steps;
}

function at(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (found, step) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, step)
        ? Reflect.get(found, step)
        : undefined,
    value,
  );
}
