import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '@millrace/testing';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../src/main.ts');
let projects = 0;

/** A compose project of one test, on ports that are free; disposing removes all of it. */
export async function openProject<Variable extends string>(
  ...variables: Variable[]
): Promise<Project<Variable>> {
  const free = await freePorts(variables.length);
  const port = (variable: Variable): string => String(free[variables.indexOf(variable)]);
  const name = `millrace-test-${process.pid}-${projects++}`;
  const env = {
    ...process.env,
    INFRA_PROJECT: name,
    ...Object.fromEntries(variables.map((variable) => [variable, port(variable)])),
  };
  const infra = (...parameters: string[]): Promise<{ stdout: string }> =>
    run(process.execPath, [main, ...parameters], { env });
  return { name, port, infra, [Symbol.asyncDispose]: async () => void (await infra('down', '--volumes')) };
}

export interface Project<Variable extends string> extends AsyncDisposable {
  readonly name: string;
  /** The host's port that the variable names. */
  port(variable: Variable): string;
  infra(...parameters: string[]): Promise<{ readonly stdout: string }>;
}
