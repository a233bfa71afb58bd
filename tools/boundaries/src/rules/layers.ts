import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source-file.ts';
import type { Project, ProjectKind } from '../workspace.ts';
import { isDomainUnderTest } from './domain-under-test.ts';

interface Layer {
  readonly mayImport: readonly ProjectKind[];
  /** What its tests may import beyond that. */
  readonly inTests: readonly ProjectKind[];
  readonly rule: string;
}

/** Who may import whom. Nobody may import an app: it is started as a process. */
const layers: Readonly<Record<ProjectKind, Layer>> = {
  core: {
    mayImport: [],
    inTests: ['driver', 'contract', 'testing'],
    rule: 'the core of the streams library knows no other package, no driver least of all',
  },
  driver: {
    mayImport: ['core'],
    inTests: ['contract', 'testing'],
    rule: 'a driver imports the core alone, never another driver',
  },
  contract: {
    mayImport: ['core'],
    inTests: ['driver', 'testing'],
    rule: 'the contract suite imports the core alone',
  },
  telemetry: {
    mayImport: ['core'],
    inTests: ['driver', 'testing'],
    rule: 'telemetry watches the core of the streams library, whatever the driver',
  },
  events: { mayImport: ['core'], inTests: ['testing'], rule: 'event types import the core alone' },
  service: {
    mayImport: ['core', 'telemetry'],
    inTests: ['driver', 'contract', 'testing'],
    rule: 'what services share imports the core and telemetry',
  },
  guide: {
    mayImport: ['core'],
    inTests: ['driver', 'testing'],
    rule: "the guide's scenarios import the core of the streams library, and broker clients for what only they say",
  },
  testing: {
    mayImport: ['core', 'driver'],
    inTests: [],
    rule: 'help for tests imports the core and drivers',
  },
  app: {
    mayImport: ['core', 'events', 'service', 'guide'],
    inTests: ['testing'],
    rule: 'an app imports events, service, the guide and the core of the streams library only',
  },
  e2e: {
    mayImport: ['core', 'events', 'service', 'testing'],
    inTests: ['driver', 'telemetry'],
    rule: 'end-to-end tests meet the services from outside',
  },
  tool: {
    mayImport: ['core', 'events', 'service', 'driver', 'telemetry', 'guide', 'testing'],
    inTests: ['contract'],
    rule: 'a tool imports libraries, never an app; servers of its own it starts as tests do',
  },
};

export const layersRule: Rule = (file) =>
  file.imports.flatMap(({ target, line }) => {
    if (target.kind !== 'workspace' || allows(file, target.project)) return [];
    if (isDomainUnderTest(file, target.path)) return [];
    return {
      line,
      does: `imports ${target.project.name}`,
      rule: layers[file.kind].rule,
      instead: instead(target.project),
    };
  });

function allows(file: SourceFile, project: Project): boolean {
  const { mayImport, inTests } = layers[file.kind];
  if (project.kind === undefined) return false;
  return mayImport.includes(project.kind) || (file.isTest && inTests.includes(project.kind));
}

function instead(project: Project): string {
  switch (project.kind) {
    case 'app':
      return 'services meet only in topics: publish an event, or move what is shared to libs/';
    case 'driver':
      return 'take the backend from openStreams(url) of @millrace/streams';
    case 'testing':
    case 'contract':
      return 'use it in tests only: a *.test.ts file, or the test folder';
    default:
      return 'move what is shared to a package that both may import (the table is in tools/boundaries/src/rules/layers.ts)';
  }
}
