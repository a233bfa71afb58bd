import { layerViolations } from './layers.ts';
import { readPackages } from './workspace.ts';

const packages = readPackages(process.cwd());
const violations = layerViolations(packages);

for (const { path, problem, rule } of violations) console.error(`${path} ${problem}\n  rule: ${rule}\n`);
console.log(`${packages.length} packages, ${violations.length} violations of the dependency rules`);
process.exitCode = violations.length === 0 ? 0 : 1;
