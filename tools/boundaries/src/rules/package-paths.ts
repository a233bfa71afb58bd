import type { Rule } from '../rule.ts';
import { isDomainUnderTest } from './domain-under-test.ts';

export const packagePathsRule: Rule = (file) =>
  file.imports.flatMap(({ target, line, specifier }) => {
    if (target.kind !== 'workspace' || target.path === undefined) return [];
    if (isDomainUnderTest(file, target.path)) return [];
    return {
      line,
      does: `imports ${specifier}, which lies in ${target.project.directory}`,
      rule: 'a relative import stays inside its package',
      instead: `import it from ${target.project.name} and export it there`,
    };
  });
