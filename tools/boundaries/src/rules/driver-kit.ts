import type { Rule } from '../rule.ts';
import type { ProjectKind } from '../workspace.ts';

const kit = '@millrace/streams/driver-kit';
const users: readonly ProjectKind[] = ['driver', 'contract'];

export const driverKitRule: Rule = (file) => {
  if (users.includes(file.kind) || file.isTest) return [];
  return file.imports
    .filter(({ specifier }) => specifier === kit)
    .map(({ line }) => ({
      line,
      does: `imports ${kit}`,
      rule: 'the parts that drivers are made of are for drivers only',
      instead: 'use what @millrace/streams exports',
    }));
};
