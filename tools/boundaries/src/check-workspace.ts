import type { Rule, Violation } from './rule.ts';
import { brokerClientsRule } from './rules/broker-clients.ts';
import { domainRule } from './rules/domain.ts';
import { environmentRule } from './rules/environment.ts';
import { layersRule } from './rules/layers.ts';
import { packagePathsRule } from './rules/package-paths.ts';
import { restrictedExportsRule } from './rules/restricted-exports.ts';
import { readSources } from './source-file.ts';
import { findProjects, type Project, projectKinds } from './workspace.ts';

export interface Outcome {
  readonly files: number;
  readonly projects: number;
  readonly violations: readonly Violation[];
}

const rules: readonly Rule[] = [
  layersRule,
  packagePathsRule,
  restrictedExportsRule,
  brokerClientsRule,
  domainRule,
  environmentRule,
];

/** Throws when the workspace has no projects or a file does not parse. */
export function checkWorkspace(root: string): Outcome {
  const projects = findProjects(root);
  if (projects.length === 0) throw new Error(`no packages found by the workspaces of ${root}/package.json`);
  const files = projects.flatMap((project) => readSources(root, project, projects));
  const violations = files.flatMap((file) =>
    rules.flatMap((rule) => rule(file).map((finding) => ({ ...finding, path: file.path }))),
  );
  return {
    files: files.length,
    projects: projects.length,
    violations: [...projects.filter(({ kind }) => kind === undefined).map(untagged), ...violations],
  };
}

function untagged(project: Project): Violation {
  return {
    path: `${project.directory}/package.json`,
    line: 1,
    does: 'has no known type: tag',
    rule: 'every package says what it is, so that its imports can be judged',
    instead: `add one of ${projectKinds.map((kind) => `type:${kind}`).join(', ')} to nx.tags`,
  };
}
