import { streamsUrlProblem } from '@millrace/streams';
import { type SamplerName, samplerNames } from '@millrace/streams-telemetry';
import { z } from 'zod';
import { decimal, integer, oneOf, onOff, optionalText, optionalUrl } from './variables.ts';

/** The variables that every service has, under their own names. */
export interface SharedConfig {
  readonly STREAMS_URL: string;
  readonly NAMESPACE: string | undefined;
  /** Every local file lives here; an absolute path. */
  readonly DATA_DIR: string;
  /** Partitions of every topic of the shop. */
  readonly PARTITIONS: number;
  readonly HOST: string;
  /** 0 takes any free port. */
  readonly PORT: number;
  readonly LOG_LEVEL: LogLevel;
  readonly LOG_FORMAT: 'json' | 'pretty';
  /** How long a stop may take before the process is ended by force. */
  readonly GRACE_MS: number;
  /** Silence after which a member of a group is replaced. */
  readonly LEASE_MS: number;
  /** Requests that one address may make in a minute. */
  readonly RATE_LIMIT: number;
  /** Records that a partition of a topic keeps at least, handled by every group; 0 keeps all. For topics that are created. */
  readonly RETENTION_RECORDS: number;
  /** Whether the service stops when the process that started it dies, or npm, npx or nx above that. */
  readonly STOP_WITH_PARENT: boolean;
  /** Where traces go (OTLP over HTTP); nothing is traced without it. */
  readonly OTEL_EXPORTER_OTLP_ENDPOINT: string | undefined;
  readonly OTEL_TRACES_SAMPLER: SamplerName;
  /** The share of traces that the samplers with a ratio take. */
  readonly OTEL_TRACES_SAMPLER_ARG: number;
  /** Milliseconds between two exports of spans. */
  readonly OTEL_BSP_SCHEDULE_DELAY: number;
  /** Spans that wait for their export; more are dropped. */
  readonly OTEL_BSP_MAX_QUEUE_SIZE: number;
  /** Spans of one export. */
  readonly OTEL_BSP_MAX_EXPORT_BATCH_SIZE: number;
  /** Milliseconds after which an export is given up. */
  readonly OTEL_BSP_EXPORT_TIMEOUT: number;
}

export type LogLevel = (typeof logLevels)[number];

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export function sharedVariables(port: number): z.ZodType<RawSharedConfig> {
  return z.object({
    STREAMS_URL: z.string().superRefine(explainStreamsUrl).optional(),
    NAMESPACE: optionalText(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, _ or -'),
    DATA_DIR: z.string().default('./.data'),
    PARTITIONS: integer({ default: 6, min: 1, max: 1024 }),
    HOST: z
      .string()
      .regex(/^[A-Za-z0-9.:-]+$/, 'must be a host name or an address (default 127.0.0.1)')
      .default('127.0.0.1'),
    PORT: integer({ default: port, min: 0, max: 65_535 }),
    LOG_LEVEL: oneOf(logLevels, 'info'),
    LOG_FORMAT: oneOf(['json', 'pretty'], 'json'),
    GRACE_MS: integer({ default: 9_000, min: 100, max: 600_000 }),
    LEASE_MS: integer({ default: 3_000, min: 500, max: 600_000 }),
    RATE_LIMIT: integer({ default: 6_000, min: 1, max: 10_000_000 }),
    RETENTION_RECORDS: integer({ default: 0, min: 0, max: 1_000_000_000 }),
    STOP_WITH_PARENT: onOff('off'),
    OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl(['http:', 'https:'], 'http://127.0.0.1:4318'),
    OTEL_TRACES_SAMPLER: oneOf(samplerNames, 'parentbased_always_on'),
    OTEL_TRACES_SAMPLER_ARG: decimal({ default: 1, min: 0, max: 1 }),
    OTEL_BSP_SCHEDULE_DELAY: integer({ default: 5_000, min: 1, max: 600_000 }),
    OTEL_BSP_MAX_QUEUE_SIZE: integer({ default: 2_048, min: 1, max: 100_000 }),
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: integer({ default: 512, min: 1, max: 100_000 }),
    OTEL_BSP_EXPORT_TIMEOUT: integer({ default: 30_000, min: 1, max: 600_000 }),
  });
}

/** As the environment says it, before relative paths are resolved. */
export interface RawSharedConfig extends Omit<SharedConfig, 'STREAMS_URL'> {
  readonly STREAMS_URL?: string | undefined;
}

function explainStreamsUrl(url: string, context: z.RefinementCtx): void {
  const problem = streamsUrlProblem(url);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
}
