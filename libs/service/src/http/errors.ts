import { isStreamsError, type StreamsError, type StreamsErrorCode } from '@millrace/streams';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type FieldProblem, HttpProblem, type Problem } from './problem.ts';

/** Answers every error as problem details. What is the server's fault is logged and not explained to the client. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  if (problem.status >= 500)
    request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
  if (problem.status === 503) reply.header('retry-after', '1');
  return reply.code(problem.status).type('application/problem+json').send(problem);
}

function toProblem(error: unknown): Problem {
  if (error instanceof HttpProblem) return error.problem;
  if (isStreamsError(error)) return streamsProblem(error);
  if (!isFastifyError(error)) return problemOf(500);
  if (error.validation)
    return { ...problemOf(400, 'The request does not have the right shape.'), errors: fieldProblems(error) };
  const status = error.statusCode ?? 500;
  return status < 500 ? problemOf(status, error.message) : problemOf(status);
}

function streamsProblem(error: StreamsError): Problem {
  const detail = details[error.code] ?? (error.retryable ? away : undefined);
  return detail === undefined ? problemOf(500) : problemOf(503, detail);
}

const away = 'The streams backend cannot be reached at the moment; try again.';

/** What is said of codes that are no fault of the request: an error's own text may name files, servers and users. */
const details: Readonly<Partial<Record<StreamsErrorCode, string>>> = {
  CLOSED: away,
  ABORTED: away,
  STORAGE_FULL: 'There is no room to store anything at the moment; try again.',
  NOT_REPLICATED: 'It could not be stored as safely as it has to be at the moment; try again.',
  STORAGE_CORRUPT:
    'The files that everything is stored in were moved or damaged; nothing is stored until that is mended.',
  STORAGE_VERSION:
    'The files that everything is stored in are of another version; nothing is stored until that is mended.',
  UNAUTHORIZED:
    'The streams backend refuses this service its rights; nothing is stored until that is mended.',
  UNKNOWN_TOPIC: 'A topic that this service stores into is missing; nothing is stored until that is mended.',
};

/** Importing them from node:http would load its WebSocket client too, at 10 MB and 100 ms a service. */
const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export function problemOf(status: number, detail?: string): Problem {
  const title = titles[status] ?? 'Error';
  return { type: 'about:blank', title, status, ...(detail !== undefined && { detail }) };
}

function fieldProblems(error: FastifyError): FieldProblem[] {
  const place = error.validationContext ?? 'request';
  return (error.validation ?? []).map((issue) => ({
    field: place + issue.instancePath.replace(/^\/$/, '').replaceAll('/', '.'),
    message: issue.message ?? 'is not valid',
  }));
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && ('statusCode' in error || 'validation' in error);
}
