import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemOf } from './errors.ts';
import type { Problem } from './problem.ts';

/** Replies to what never becomes a request, such as a broken or endless header, and closes the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  endWith(problemOf(statusOf(error.code)), socket);
}

/** Replies with problems also where Node would without a word, before a request has a route: CONNECT and odd `Expect`. */
export function answerUnroutable(server: Server): void {
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined);
    endWith(problemOf(405, 'This server is no proxy.'), socket);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const problem = problemOf(417, `Nothing is done about Expect: ${request.headers.expect}.`);
    response.writeHead(problem.status, { 'content-type': 'application/problem+json', connection: 'close' });
    response.end(JSON.stringify(problem));
  });
}

function endWith(problem: Problem, socket: Duplex): void {
  const body = JSON.stringify(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}
