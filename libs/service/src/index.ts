// Scripts outside the repository, which open streams as a service does, import it from here.
export { openStreams } from '@millrace/streams';
export { noTracing, type Tracing } from '@millrace/streams-telemetry';
export { type CardKeyConfig, cardKey, cardKeyVariables } from './config/card-key.ts';
export { ConfigError, type Environment, type WrongVariable } from './config/config-error.ts';
export { type LoadOptions, loadConfig } from './config/load.ts';
export type { LogLevel, SharedConfig } from './config/shared.ts';
export {
  decimal,
  integer,
  noVariables,
  oneOf,
  onOff,
  optionalText,
  optionalUrl,
} from './config/variables.ts';
export { workspaceRoot } from './config/workspace-root.ts';
export { type FieldProblem, HttpProblem, notFound, type Problem } from './http/problem.ts';
export type { HttpRequest, HttpServer } from './http/server.ts';
export { type EveryOptions, every } from './lifecycle/every.ts';
export { retryWithLog } from './lifecycle/retry-with-log.ts';
export { type ReadyReport, runService } from './lifecycle/run-service.ts';
export { type StartedService, type StartOptions, startService } from './lifecycle/start-service.ts';
export { createLogger, type Logger } from './logging/logger.ts';
export { maskSecrets } from './logging/secrets.ts';
export {
  type BackgroundTask,
  type Service,
  type ServiceContext,
  type ServiceDefinition,
  service,
} from './service.ts';
