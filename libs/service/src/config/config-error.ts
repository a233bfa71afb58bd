import type { z } from 'zod';
import { maskSecrets } from '../logging/secrets.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface WrongVariable {
  readonly name: string;
  /** As given, secrets masked; undefined when the variable is not set. */
  readonly value: string | undefined;
  readonly problem: string;
}

/** Everything that is wrong with a service's environment, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly variables: readonly WrongVariable[];

  constructor(service: string, variables: readonly WrongVariable[]) {
    const count =
      variables.length === 1 ? '1 environment variable is' : `${variables.length} environment variables are`;
    super([`${service} cannot start: ${count} wrong`, ...variables.map(describe)].join('\n'));
    this.variables = variables;
  }
}

const secretName = /TOKEN|PASSWORD|SECRET|CREDENTIAL|PRIVATE|KEY/;

export function wrongVariable(issue: z.core.$ZodIssue, environment: Environment): WrongVariable {
  const name = String(issue.path[0] ?? 'the environment');
  const given = environment[name];
  const value = given !== undefined && secretName.test(name) ? '***' : given && maskSecrets(given);
  return { name, value, problem: issue.message };
}

function describe(variable: WrongVariable): string {
  const shown =
    variable.value === undefined
      ? `${variable.name} is not set`
      : `${variable.name}=${JSON.stringify(variable.value)}`;
  return `  ${shown}: ${variable.problem}`;
}
