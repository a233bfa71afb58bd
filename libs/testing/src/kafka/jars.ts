import { existsSync, globSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const kafkaVersion = '4.4.0';

/** Where the jars of a Kafka server lie: `KAFKA_LIBS`, or the folder that `.ci/run` fills. */
export function kafkaLibs(environment: Readonly<Record<string, string | undefined>>): string {
  return environment['KAFKA_LIBS'] || join(homedir(), '.cache/millrace', `kafka-${kafkaVersion}`);
}

/** What loading the broker's classes led to, where `.ci/run` kept it: Java uses it when it fits. */
export function classArchive(libs: string): string[] {
  const archive = join(libs, 'classes.jsa');
  return existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : [];
}

export const kafkaToolsVersion = '4.4.0';

/** Where the jars of Kafka's command-line clients lie: `KAFKA_TOOLS`, or the folder that `.ci/run` fills. */
export function kafkaTools(environment: Readonly<Record<string, string | undefined>>): string {
  return environment['KAFKA_TOOLS'] || join(homedir(), '.cache/millrace', `kafka-tools-${kafkaToolsVersion}`);
}

export function hasKafkaJars(libs: string): boolean {
  return globSync('kafka{_,-tools-}*.jar', { cwd: libs }).length > 0;
}
