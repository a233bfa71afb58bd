import { spawnSync } from 'node:child_process';
import { type Environment, findCommand } from './find-command.ts';
import { hasJaeger, jaegerBinary, jaegerVersion } from './jaeger/binary.ts';
import { hasKafkaJars, kafkaLibs, kafkaTools, kafkaToolsVersion, kafkaVersion } from './kafka/jars.ts';
import { redis8Server, redis8Version } from './redis/redis-8.ts';
import { redisPyVersion, redisPyWheels } from './redis/redis-py.ts';
import { valkeyServer, valkeyVersion } from './redis/valkey.ts';

/** Undefined when tests can have the service; otherwise what is missing and how to get it. */
type WhatIsMissing = (environment: Environment) => string | undefined;

export const serviceNames = [
  'redis',
  'valkey',
  'redis-8',
  'kafka',
  'kafka-clients',
  'postgres',
  'docker',
  'kustomize',
  'jaeger',
  'prometheus',
  'chromium',
  'redis-py',
  'zsh',
  'fish',
] as const;
export type ServiceName = (typeof serviceNames)[number];

const whatIsMissing: Readonly<Record<ServiceName, WhatIsMissing>> = {
  redis: (environment) =>
    environment.REDIS_URL || findCommand('redis-server', environment)
      ? undefined
      : 'no redis-server on the PATH and no REDIS_URL (apt-get install redis-server)',
  valkey: (environment) =>
    valkeyServer(environment)
      ? undefined
      : `no valkey-server on the PATH and no VALKEY_SERVER (.ci/run fetches version ${valkeyVersion})`,
  'redis-8': (environment) =>
    redis8Server(environment)
      ? undefined
      : `no REDIS_8_SERVER that names a Redis server of version 8 (.ci/run fetches version ${redis8Version})`,
  kafka: (environment) => {
    if (!findCommand('java', environment))
      return 'no java on the PATH (apt-get install default-jre-headless)';
    const libs = kafkaLibs(environment);
    return hasKafkaJars(libs)
      ? undefined
      : `no jars of a Kafka server in ${libs} (KAFKA_LIBS names another folder; .ci/run fetches version ${kafkaVersion} with Maven)`;
  },
  'kafka-clients': (environment) => {
    if (!findCommand('kcat', environment)) return 'no kcat on the PATH (apt-get install kcat)';
    const tools = kafkaTools(environment);
    return hasKafkaJars(tools)
      ? whatIsMissing.kafka(environment)
      : `no jars of Kafka's command-line clients in ${tools} (KAFKA_TOOLS names another folder; .ci/run fetches version ${kafkaToolsVersion} with Maven)`;
  },
  postgres: (environment) =>
    ['initdb', 'postgres', 'pg_isready'].every((command) => findCommand(command, environment))
      ? undefined
      : 'no initdb, postgres and pg_isready on the PATH (apt-get install postgresql, and its bin folder on the PATH)',
  docker: (environment) => {
    if (!findCommand('docker', environment)) return 'no docker on the PATH (apt-get install docker.io)';
    return dockerAnswers(environment)
      ? undefined
      : 'no Docker daemon answers (dockerd --ip 127.0.0.1 starts one that is reached from this machine alone)';
  },
  kustomize: (environment) =>
    environment['KUSTOMIZE'] || findCommand('kustomize', environment)
      ? undefined
      : 'no kustomize on the PATH and no KUSTOMIZE (go install sigs.k8s.io/kustomize/kustomize/v5@v5.7.1)',
  jaeger: (environment) => {
    const binary = jaegerBinary(environment);
    return hasJaeger(binary)
      ? undefined
      : `no Jaeger at ${binary} (JAEGER_BINARY names another place; .ci/run builds version ${jaegerVersion} with Go)`;
  },
  prometheus: (environment) =>
    ['prometheus', 'promtool'].every((command) => findCommand(command, environment))
      ? undefined
      : 'no prometheus and promtool on the PATH (apt-get install prometheus)',
  chromium: (environment) =>
    findCommand('chromium', environment) ? undefined : 'no chromium on the PATH (apt-get install chromium)',
  'redis-py': (environment) => {
    if (!findCommand('python3', environment)) return 'no python3 on the PATH (apt-get install python3)';
    return redisPyWheels(environment).length > 0
      ? undefined
      : `no wheels of redis-py, and no REDIS_PY that names their folder (.ci/run fetches version ${redisPyVersion} with pip)`;
  },
  zsh: (environment) =>
    findCommand('zsh', environment) ? undefined : 'no zsh on the PATH (apt-get install zsh)',
  fish: (environment) =>
    findCommand('fish', environment) ? undefined : 'no fish on the PATH (apt-get install fish)',
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

function dockerAnswers(environment: Environment): boolean {
  const options = { env: { ...environment }, stdio: 'ignore', timeout: 5_000 } as const;
  return spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], options).status === 0;
}
