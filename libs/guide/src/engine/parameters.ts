import type { ParameterSpec, ScenarioSummary } from '../events.ts';
import { GuideError } from './guide-error.ts';

/** What a picture of the scenario sets, and what is given instead. */
export function parametersOfPicture(
  { ofPicture = {} }: ScenarioSummary,
  picture: string,
  given: Readonly<Record<string, number>>,
): Record<string, number> {
  return { ...ofPicture[picture], ...given };
}

/** The scenario's parameters with their defaults; GuideError for a name or a number that it does not take. */
export function readParameters(
  specs: readonly ParameterSpec[],
  given: Readonly<Record<string, number>>,
): Record<string, number> {
  const unknown = Object.keys(given).find((name) => !specs.some((spec) => spec.name === name));
  if (unknown !== undefined) {
    const known = specs.map(({ name }) => name).join(', ') || 'none';
    throw new GuideError(`this picture has no parameter ${JSON.stringify(unknown)}; it has ${known}`);
  }
  return Object.fromEntries(specs.map((spec) => [spec.name, readOne(spec, given[spec.name])]));
}

function readOne(
  { name, minimum, maximum, default: standard }: ParameterSpec,
  value: number | undefined,
): number {
  if (value === undefined) return standard;
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new GuideError(`${name} is ${value}; it must be a whole number from ${minimum} to ${maximum}`);
}
