import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const kafkaVersion = '4.4.0';

/** Where the jars of a Kafka server lie: `KAFKA_LIBS`, or the folder that `.ci/run` fills. */
export function kafkaLibs(environment: Readonly<Record<string, string | undefined>>): string {
  return environment['KAFKA_LIBS'] || join(homedir(), '.cache/millrace', `kafka-${kafkaVersion}`);
}

export function hasKafkaJars(libs: string): boolean {
  return globSync('kafka_*.jar', { cwd: libs }).length > 0;
}
