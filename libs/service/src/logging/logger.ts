import { createRequire } from 'node:module';
import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from '../config/shared.ts';
import { maskSecrets } from './secrets.ts';

export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
  /** Default: standard output. */
  readonly destination?: DestinationStream;
  /** Further fields of a line, asked for when it is written. */
  readonly fields?: () => Readonly<Record<string, string>>;
}

/** Structured logs. Every line passes through `maskSecrets` on its way out, whoever wrote it and into whichever field. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: maskSecrets },
      ...(options.fields ? { mixin: options.fields } : {}),
    },
    options.destination ?? standardOutput(options.format),
  );
}

function standardOutput(format: 'json' | 'pretty'): DestinationStream {
  if (format === 'json') return pino.destination({ fd: 1, sync: true });
  const pretty: (options: object) => DestinationStream = createRequire(import.meta.url)('pino-pretty');
  return pretty({ sync: true, ignore: 'service,pid,hostname', messageFormat: '{service}: {msg}' });
}
