import type { ChildProcess } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchServer } from '../launch-server.ts';
import { classArchive, kafkaLibs } from './jars.ts';

/** Runs a main class of Kafka's jars in a folder, where its log is kept too. */
export function runJava(
  folder: string,
  main: string,
  parameters: readonly string[],
  detached = false,
): ChildProcess {
  const logging = join(folder, 'log4j2.properties');
  writeFileSync(logging, loggingProperties);
  const libs = kafkaLibs(process.env);
  const child = launchServer(
    'java',
    [
      '-Xms256m',
      '-Xmx512m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      ...classArchive(libs),
      `-Dlog4j2.configurationFile=${logging}`,
      '-cp',
      join(libs, '*'),
      main,
      ...parameters,
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached },
  );
  const log = createWriteStream(logOf(folder), { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.once('exit', () => log.end());
  return child;
}

export function logOf(folder: string): string {
  return join(folder, 'broker.log');
}

const loggingProperties = `rootLogger.level=WARN
rootLogger.appenderRef.stdout.ref=STDOUT
appender.stdout.type=Console
appender.stdout.name=STDOUT
appender.stdout.layout.type=PatternLayout
appender.stdout.layout.pattern=%d %p %c{1} %m%n
`;
