import type { GlobalUse } from '../parse.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Import, SourceFile } from '../source-file.ts';

/** Pure npm packages that a domain may use, by app. */
const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  '@millrace/payment': ['card-validator'],
};

const impure =
  /^(Date\.now\(\)|Date\(\)|new Date\(\)|Math\.random\(\)|performance\.now\(\)|fetch\(\)|set(Timeout|Interval|Immediate)\(\)|queueMicrotask\(\)|(crypto|console|process)\..+)$/;

export const domainRule: Rule = (file) => {
  const folder = domainFolder(file);
  if (folder === undefined || file.isTest) return [];
  return [
    ...file.imports.filter((site) => !belongs(site, file, folder)).map(badImport),
    ...firstOfEachLine(file.globals.filter(({ name }) => impure.test(name))).map(badGlobal),
  ];
};

function domainFolder(file: SourceFile): string | undefined {
  return /^.*\/domain\//.exec(file.path)?.[0];
}

function belongs({ target }: Import, file: SourceFile, folder: string): boolean {
  switch (target.kind) {
    case 'own':
      return target.path.startsWith(folder);
    case 'workspace':
      return target.project.kind === 'events';
    case 'npm':
      return allowedPackages[file.project.name]?.includes(target.name) ?? false;
    case 'builtin':
      return false;
    default:
      return target satisfies never;
  }
}

function badImport({ specifier, line }: Import): Finding {
  return {
    line,
    does: `imports ${specifier}`,
    rule: 'a domain folder imports only itself and event types',
    instead:
      'let the handler or the adapter do it and pass the outcome in (pure packages are listed in tools/boundaries/src/rules/domain.ts)',
  };
}

/** `process.env.HOME` is one finding, not one for each of its dots. */
function firstOfEachLine(uses: readonly GlobalUse[]): readonly GlobalUse[] {
  return uses.filter(({ line }, index) => uses.findIndex((other) => other.line === line) === index);
}

function badGlobal({ name, line }: GlobalUse): Finding {
  return {
    line,
    does: `uses ${name}`,
    rule: 'a domain is pure: no clock, no chance, no I/O',
    instead: 'take the time, the id or the value as an argument',
  };
}
