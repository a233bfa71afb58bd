import { type BackendKind, findScenario, GuideError, type GuideServers, play } from '@millrace/guide';
import {
  availabilityOf,
  startKafka,
  startKafkaCluster,
  startRedis,
  startRedisCluster,
} from '@millrace/testing/servers';
import type { BackendFigures } from './figures.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

interface Lost {
  readonly lost: BackendFigures['acksLost'];
  readonly notes: readonly string[];
}

/** What picture 29 of the guide shows on a cluster of its own: three brokers, or six nodes of Redis. */
export async function acksLost(
  kind: BackendKind,
  { environment, signal }: { readonly environment: Environment | undefined; readonly signal: AbortSignal },
): Promise<Lost> {
  const scenario = findScenario('29');
  if (!scenario || environment === undefined) return { lost: [], notes: ['no leader was killed'] };
  try {
    let rows: readonly (readonly string[])[] = [];
    const parameters = { messages: 50 };
    for await (const event of play(scenario, {
      backend: kind,
      servers: installed(environment),
      parameters,
      signal,
    }))
      if (event.kind === 'table' && event.title === 'Records that survived') rows = event.rows;
    const lost = rows.map(([acks = '', sent = '0', survived = '0']) => ({
      acks,
      sent: Number(sent),
      lost: Number(sent) - Number(survived),
    }));
    return { lost, notes: [] };
  } catch (error) {
    if (!(error instanceof GuideError)) throw error;
    return { lost: [], notes: [`no leader was killed: ${error.message}`] };
  }
}

function installed(environment: Environment): GuideServers {
  const alone = (
    server: Awaited<ReturnType<typeof startRedis>> | Awaited<ReturnType<typeof startKafka>>,
  ) => ({
    url: server.url,
    nodes: [server],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  });
  const needs = (service: 'redis' | 'kafka'): void => {
    const availability = availabilityOf(service, environment);
    if (availability.state !== 'available') throw new GuideError(availability.reason);
  };
  return {
    redis: async () => alone(await startRedis()),
    kafka: async () => alone(await startKafka()),
    redisCluster: async () => {
      needs('redis');
      return startRedisCluster();
    },
    kafkaCluster: async () => {
      needs('kafka');
      return startKafkaCluster();
    },
  };
}
