export { type KafkaContainer, startKafkaContainer } from './kafka.ts';
export { type PostgresContainer, startPostgresContainer } from './postgres.ts';
export type { ReachOptions } from './reach.ts';
export { type RedisContainer, startRedisContainer } from './redis.ts';
export { type RedisClusterContainers, startRedisClusterContainers } from './redis-cluster.ts';
export type { ServerContainer } from './server-container.ts';
export { startToxiproxy, type Toxiproxy } from './toxiproxy.ts';
