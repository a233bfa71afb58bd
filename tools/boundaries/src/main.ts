import { checkWorkspace } from './check-workspace.ts';

const { files, projects, violations } = checkWorkspace(process.cwd());

for (const { path, line, does, rule, instead } of violations) {
  console.error(`${path}:${line} ${does}\n  rule:    ${rule}\n  instead: ${instead}\n`);
}
console.log(`${projects} packages, ${files} files, ${violations.length} violations of the dependency rules`);
process.exitCode = violations.length === 0 ? 0 : 1;
