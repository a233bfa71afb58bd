import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { type Metrics, noTracing, type Tracing } from '@millrace/streams-telemetry';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  fastify,
  LogController,
  type RawServerDefault,
} from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from '../logging/logger.ts';
import { traceRequests } from '../tracing/trace-requests.ts';
import { answerClientError, answerUnroutable } from './client-errors.ts';
import { answerError } from './errors.ts';
import { describeRoutes } from './openapi.ts';
import { addProbes } from './probes.ts';
import { HttpProblem, notFound } from './problem.ts';
import { trackConnections } from './unfinished-requests.ts';

export type HttpServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export type HttpRequest = FastifyRequest;

export interface HttpServerOptions {
  /** Named in the service's OpenAPI document; without it there is none. */
  readonly service?: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Requests that one address may make in a minute; probes are not counted. */
  readonly rateLimit: number;
  /** Why the service is not ready; empty when it is. */
  readonly readinessProblems: () => readonly string[];
}

/** The HTTP server of a service: probes, safe headers, limits, zod schemas on routes, errors as problem details. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server: HttpServer = fastify({
    loggerInstance: quieter(options.log),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 256 * 1024,
    requestTimeout: 30_000,
    // Node would refuse a request without Host itself, and say nothing.
    http: { requireHostHeader: false },
    // Longer than any name, so that a route itself says which field is too long.
    routerOptions: { maxParamLength: 2_000 },
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
    clientErrorHandler: answerClientError,
    forceCloseConnections: 'idle',
    schemaController: { compilersFactory: { buildValidator: neverAsked, buildSerializer: neverAsked } },
  }).withTypeProvider<ZodTypeProvider>();
  const closeUnfinished = trackConnections(server.server);
  answerUnroutable(server.server);
  server.addHook('onRequest', requireHost);
  server.addHook('preClose', async () => closeUnfinished());
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(answerError);
  server.setNotFoundHandler((request, reply) =>
    answerError(notFound(`Nothing is at ${request.method} ${pathOf(request.url)}.`), request, reply),
  );
  // Services speak plain HTTP; whoever puts TLS before them sets its headers too.
  await server.register(helmet, {
    strictTransportSecurity: false,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  });
  if (options.tracing !== noTracing) traceRequests(server, options.tracing);
  addProbes(server, options);
  if (options.service !== undefined) describeRoutes(server, options.service);
  await server.register(rateLimit, {
    max: options.rateLimit,
    timeWindow: '1 minute',
    // A client that has hung up already has no address.
    keyGenerator: ({ ip }) => ip ?? 'gone',
  });
  return server;
}

/** RFC 9112, 3.2. */
async function requireHost({ headers, raw }: FastifyRequest): Promise<void> {
  if (headers.host === undefined && raw.httpVersion === '1.1')
    throw new HttpProblem(400, 'Bad Request', 'The header Host is missing.');
}

/** Stands where Fastify would load compilers of JSON Schema, a tenth of a service's start; zod compiles every route. */
function neverAsked(): never {
  throw new Error('a route is compiled by something else than zod');
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/** Fastify says at info that it listens; a service says that itself, and more. */
function quieter(log: Logger): FastifyBaseLogger {
  return log.child({}, { level: log.level === 'info' ? 'warn' : log.level });
}
