import type { Holding } from '../engine/stage.ts';
import type { GuideValue } from '../engine/value.ts';
import type { BackendKind, ParameterSpec } from '../events.ts';
import { addressOf, serverUrl } from '../native/server-url.ts';

/** Milliseconds of a lease where nobody is killed: a busy machine may hold a consumer up that long. */
export const calmLeaseMs = 4_000;

export const everyBackend: readonly BackendKind[] = ['embedded', 'redis', 'kafka'];

export function parameter(
  name: string,
  text: string,
  standard: number,
  [minimum, maximum]: readonly [number, number],
): ParameterSpec {
  return { name, text, minimum, maximum, default: standard };
}

/** Values without a key: `1st`, `2nd`, … as `prefix 1`, `prefix 2`. */
export function numbered(prefix: string, count: number, from = 1): GuideValue[] {
  return Array.from({ length: count }, (_, index) => ({ key: null, label: `${prefix} ${from + index}` }));
}

/** Holds when both lists have the same texts in the same order. */
export function sameList(what: string, found: readonly string[], expected: readonly string[]): Holding {
  const holds = found.length === expected.length && found.every((text, index) => text === expected[index]);
  return {
    holds,
    evidence: `${what}: ${found.join(', ') || 'nothing'}${holds ? '' : `; expected ${expected.join(', ')}`}`,
  };
}

export function sameNumber(what: string, found: number, expected: number): Holding {
  return {
    holds: found === expected,
    evidence: `${what}: ${found}${found === expected ? '' : `; expected ${expected}`}`,
  };
}

/** What Kafka's commands are told to connect to; elsewhere its usual address. */
export function bootstrap(url: string): string {
  return url.startsWith('kafka') ? serverUrl(url).endpoints.map(addressOf).join(',') : 'localhost:9092';
}
