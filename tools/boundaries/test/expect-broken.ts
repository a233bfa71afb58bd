import { expect } from 'vitest';
import { violationsOf } from './fixture-workspace.ts';

export type BrokenRule = readonly [rule: string, path: string, source: string, does: string];

export function expectBroken([, path, source, does]: BrokenRule): void {
  const violations = violationsOf({ [path]: `\n${source}\n` });
  expect(violations.map((violation) => violation.does)).toContain(does);
  expect(violations[0]).toMatchObject({ path, line: 2 });
  expect(violations[0]?.rule).not.toBe('');
  expect(violations[0]?.instead).not.toBe('');
}
