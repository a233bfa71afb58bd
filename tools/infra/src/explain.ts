import type { Environment, Stack } from './stacks.ts';

/** How to run the shop on the stacks, as lines for a shell and for a person. */
export function explain(stacks: readonly Stack[], environment: Environment): readonly string[] {
  const exports = stacks.flatMap((stack) =>
    Object.entries(stack.variables(environment)).map(([name, value]) => `export ${name}=${value}`),
  );
  const pages = stacks.flatMap((stack) =>
    stack.page ? [`# ${stack.name}: ${stack.page(environment)}`] : [],
  );
  return [...exports, ...pages];
}
