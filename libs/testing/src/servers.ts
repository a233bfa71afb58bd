/** Servers alone, without what belongs to a test runner: for tools that start their own. */
export { type KafkaCluster, startKafkaCluster } from './kafka/cluster.ts';
export { type KafkaServer, startKafka } from './kafka/server.ts';
export { type RedisCluster, startRedisCluster } from './redis/cluster.ts';
export { type RedisServer, startRedis } from './redis/server.ts';
export { availabilityOf } from './services.ts';
