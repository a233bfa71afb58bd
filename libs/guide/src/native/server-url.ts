import { addressOf, parseServerUrl, type ServerUrl } from '@millrace/streams/driver';

export { addressOf };

const redisPort = 6379;
const sentinelPort = 26_379;
const kafkaPort = 9092;

const schemes = {
  redis: redisPort,
  rediss: redisPort,
  'redis+cluster': redisPort,
  'rediss+cluster': redisPort,
  'redis+sentinel': sentinelPort,
  'rediss+sentinel': sentinelPort,
  kafka: kafkaPort,
  'kafka+ssl': kafkaPort,
} as const;
const ofRedis = ['passwordFile', 'sentinelUsername', 'sentinelPassword'] as const;
const ofKafka = [
  'sasl',
  'compression',
  'linger',
  'client',
  'max.message.bytes',
  'replication.factor',
  'min.insync.replicas',
] as const;

export type ServerParameter = (typeof ofRedis)[number] | (typeof ofKafka)[number];

/** The parts of a Redis or Kafka URL, as the drivers read them. INVALID_ARGUMENT for anything else. */
export function serverUrl(url: string): ServerUrl<ServerParameter> {
  const isKafka = /^kafka/i.test(url);
  return parseServerUrl<ServerParameter>(url, {
    server: isKafka ? 'Kafka' : 'Redis',
    schemes,
    parameters: () => (isKafka ? ofKafka : ofRedis),
  });
}
