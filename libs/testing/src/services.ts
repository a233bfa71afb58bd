import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined when tests can have the service; otherwise what is missing and how to get it. */
type WhatIsMissing = (environment: Environment) => string | undefined;

export const serviceNames = ['redis', 'kafka', 'postgres'] as const;
export type ServiceName = (typeof serviceNames)[number];

const whatIsMissing: Readonly<Record<ServiceName, WhatIsMissing>> = {
  redis: (environment) =>
    environment.REDIS_URL || findCommand('redis-server', environment)
      ? undefined
      : 'no redis-server on the PATH and no REDIS_URL (apt-get install redis-server)',
  kafka: (environment) =>
    environment.KAFKA_URL || hasKafka(environment)
      ? undefined
      : 'no KAFKA_URL, and no KAFKA_LIBS that names a folder with the jars of a Kafka server beside a java on the PATH',
  postgres: (environment) =>
    ['initdb', 'postgres', 'pg_isready'].every((command) => findCommand(command, environment))
      ? undefined
      : 'no initdb, postgres and pg_isready on the PATH (apt-get install postgresql, and its bin folder on the PATH)',
};

export type Availability =
  | { readonly state: 'available' }
  | { readonly state: 'skip' | 'fail'; readonly reason: string };

/** `REQUIRE_SERVICES` is `all` or a list of names with commas: those fail where they would be skipped. */
export function availabilityOf(service: ServiceName, environment: Environment): Availability {
  const missing = whatIsMissing[service](environment);
  if (missing === undefined) return { state: 'available' };
  const required = requiredServices(environment.REQUIRE_SERVICES ?? '').includes(service);
  return { state: required ? 'fail' : 'skip', reason: `${service}: ${missing}` };
}

function requiredServices(list: string): readonly ServiceName[] {
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.filter(
    (name) => name !== '' && name !== 'all' && !serviceNames.some((known) => known === name),
  );
  if (unknown.length > 0) {
    throw new Error(
      `REQUIRE_SERVICES names ${unknown.join(', ')}; known are all, ${serviceNames.join(', ')}`,
    );
  }
  return serviceNames.filter((service) => names.includes('all') || names.includes(service));
}

/** The path of a command, looked up as a shell does. */
export function findCommand(name: string, environment: Environment): string | undefined {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasKafka(environment: Environment): boolean {
  const libs = environment.KAFKA_LIBS;
  const jars = libs ? globSync('kafka_*.jar', { cwd: libs }) : [];
  return jars.length > 0 && findCommand('java', environment) !== undefined;
}
