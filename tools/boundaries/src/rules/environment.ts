import type { Rule } from '../rule.ts';
import type { ProjectKind } from '../workspace.ts';

const testKinds: readonly ProjectKind[] = ['testing', 'e2e'];

export const environmentRule: Rule = (file) => {
  const isMain = file.path === `${file.project.directory}/src/main.ts`;
  if (isMain || file.isTest || testKinds.includes(file.kind)) return [];
  return file.globals
    .filter(({ name }) => name === 'process.env')
    .map(({ line }) => ({
      line,
      does: 'reads process.env',
      rule: 'src/main.ts is the one file of a package that reads the environment',
      instead: 'read it in main.ts with loadConfig of @millrace/service and pass the value on',
    }));
};
