import { insideImports } from './inside-imports.ts';
import { layerViolations } from './layers.ts';
import { readPackages } from './workspace.ts';

const root = process.cwd();
const packages = readPackages(root);
const violations = [...layerViolations(packages), ...insideImports(root)];

for (const { path, problem, rule } of violations) console.error(`${path} ${problem}\n  rule: ${rule}\n`);
console.log(
  `${packages.length} packages, ${violations.length} violations of the rules of dependencies and imports`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
