import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { kafkaTools } from './jars.ts';

const withinMs = 60_000;

/** Runs one of Kafka's own command-line clients, such as `ConsoleProducer`; answers what it prints. */
export function runJavaClient(name: string, parameters: readonly string[], input?: string): Promise<string> {
  const jars = join(kafkaTools(process.env), '*');
  return run(
    'java',
    [
      '-XX:TieredStopAtLevel=1',
      '-Dfile.encoding=UTF-8',
      '-cp',
      jars,
      `org.apache.kafka.tools.${name}`,
      ...parameters,
    ],
    input,
  );
}

export function runKcat(parameters: readonly string[], input?: string): Promise<string> {
  return run('kcat', parameters, input);
}

function run(command: string, parameters: readonly string[], input: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: withinMs, maxBuffer: 2 ** 26 };
    const child = execFile(command, parameters, options, (error, output, errors) => {
      if (error) reject(new Error(`${command} ${parameters.join(' ')} failed: ${errors}`, { cause: error }));
      else resolve(output);
    });
    child.stdin?.end(input ?? '');
  });
}
