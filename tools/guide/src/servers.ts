import { GuideError, type GuideServers, type OwnServers, type ServerNode } from '@millrace/guide';
import {
  availabilityOf,
  startKafka,
  startKafkaCluster,
  startRedis,
  startRedisCluster,
} from '@millrace/testing/servers';

/** Servers of this machine, where they are installed; GuideError with what is missing where they are not. */
export function installedServers(environment: Readonly<Record<string, string | undefined>>): GuideServers {
  const installed = (service: 'redis' | 'kafka'): void => {
    const missing = missingServer(environment, service);
    if (missing !== undefined) throw new GuideError(`cannot start ${missing}`);
  };
  return {
    redis: async () => {
      installed('redis');
      return alone(await startRedis());
    },
    kafka: async () => {
      installed('kafka');
      return alone(await startKafka());
    },
    redisCluster: async () => {
      installed('redis');
      return startRedisCluster();
    },
    kafkaCluster: async () => {
      installed('kafka');
      return startKafkaCluster();
    },
  };
}

/** Why none can be started on this machine; undefined when one can. */
export function missingServer(
  environment: Readonly<Record<string, string | undefined>>,
  service: 'redis' | 'kafka',
): string | undefined {
  // A server whose address is given is nobody's to start and kill.
  const availability = availabilityOf(service, { ...environment, REDIS_URL: undefined });
  return availability.state === 'available' ? undefined : availability.reason;
}

function alone(server: ServerNode & AsyncDisposable & { readonly url: string }): OwnServers {
  return { url: server.url, nodes: [server], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
