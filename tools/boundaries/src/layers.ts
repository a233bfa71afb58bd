import { type Package, type PackageKind, packageKinds } from './workspace.ts';

interface Layer {
  /** Kinds of packages that may stand in its `dependencies`. */
  readonly uses: readonly PackageKind[];
  /** And in its `devDependencies`: what its tests use. */
  readonly inTests: readonly PackageKind[];
  readonly rule: string;
}

/** Which package may depend on which, by the `type:` tags. Nobody depends on an app: it is started as a process. */
const layers: Readonly<Record<PackageKind, Layer>> = {
  core: {
    uses: [],
    inTests: ['driver', 'contract', 'testing'],
    rule: 'the core of the streams library knows no other package, no driver least of all',
  },
  driver: {
    uses: ['core'],
    inTests: ['contract', 'testing'],
    rule: 'a driver uses the core alone, never another driver',
  },
  contract: {
    uses: ['core'],
    inTests: ['driver', 'testing'],
    rule: 'the contract suite uses the core alone',
  },
  telemetry: {
    uses: ['core'],
    inTests: ['driver', 'testing'],
    rule: 'telemetry watches the core of the streams library, whatever the driver',
  },
  events: { uses: ['core'], inTests: ['testing'], rule: 'event types use the core alone' },
  service: {
    uses: ['core', 'telemetry', 'driver'],
    inTests: ['contract', 'testing'],
    rule: 'what services share uses the core and telemetry, and brings the drivers along',
  },
  guide: {
    uses: ['core', 'driver'],
    inTests: ['testing'],
    rule: "the guide's scenarios use the core of the streams library, and broker clients for what only they say",
  },
  testing: { uses: ['core', 'driver'], inTests: [], rule: 'help for tests uses the core and drivers' },
  app: {
    uses: ['core', 'events', 'service', 'guide'],
    inTests: ['testing'],
    rule: 'an app uses events, service, the guide and the core of the streams library only',
  },
  e2e: {
    uses: ['core', 'events', 'service', 'testing'],
    inTests: ['core', 'events', 'service', 'driver', 'telemetry', 'testing'],
    rule: 'end-to-end tests meet the services from outside',
  },
  tool: {
    uses: ['core', 'events', 'service', 'driver', 'telemetry', 'guide', 'testing'],
    inTests: ['contract', 'testing'],
    rule: 'a tool uses libraries, never an app',
  },
};

const brokerClients =
  /^(ioredis|redis|@redis\/.+|iovalkey|kafkajs|kafkajs-.+|@platformatic\/kafka|@confluentinc\/kafka.*|node-rdkafka)$/;
/** Tools measure against them; the guide shows what lies below the library; help for tests breaks their servers. */
const brokerClientUsers: readonly PackageKind[] = ['driver', 'tool', 'guide', 'testing'];

const brokerClientRule =
  'only drivers, tools, the guide and help for tests know a broker client: say it with the streams library';
const tagRule = `every package says what it is: add one of ${packageKinds.map((kind) => `type:${kind}`).join(', ')} to nx.tags`;

export interface Violation {
  readonly path: string;
  readonly problem: string;
  readonly rule: string;
}

/** What the package.json of each package declares and may not. That imports are declared is Biome's to check. */
export function layerViolations(packages: readonly Package[]): readonly Violation[] {
  const kinds = new Map(packages.map(({ name, kind }) => [name, kind]));
  return packages.flatMap(({ kind, path, dependencies, devDependencies }) => {
    if (kind === undefined) return [{ path, problem: 'has no known type: tag', rule: tagRule }];
    const { uses, inTests, rule } = layers[kind];
    const mayUse = (allowed: readonly PackageKind[]) => (name: string) => {
      const used = kinds.get(name);
      return !kinds.has(name) || (used !== undefined && allowed.includes(used));
    };
    const forbidden = [
      ...dependencies.filter((name) => !mayUse(uses)(name)),
      ...devDependencies.filter((name) => !mayUse([...uses, ...inTests])(name)),
    ];
    const clients = brokerClientUsers.includes(kind)
      ? []
      : [...dependencies, ...devDependencies].filter((name) => brokerClients.test(name));
    return [
      ...forbidden.map((name) => ({ path, problem: `depends on ${name}`, rule })),
      ...clients.map((name) => ({ path, problem: `depends on ${name}`, rule: brokerClientRule })),
    ];
  });
}
