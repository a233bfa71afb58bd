import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { isStreamsError } from '@millrace/streams';
import { onLine } from '../lines.ts';
import type { Reply, Request } from '../protocol.ts';
import { type Client, createBackend } from './backend.ts';

/** A running server. It listens on the loopback interface alone: it asks nobody for a password. */
export interface ExampleServer {
  readonly port: number;
  /** Cuts the connections of all clients. */
  cut(): void;
}

/** Starts a server. Port 0 is any free one. */
export async function listen(port: number): Promise<ExampleServer> {
  const call: Call = callOf(createBackend());
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, call);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

type Call = (name: string, parameters: unknown, client: Client) => unknown;

/** The types of the protocol are the client's to keep: it comes from the same package. */
function callOf(backend: object): Call {
  const handlers = new Map<string, (parameters: unknown, client: Client) => unknown>(Object.entries(backend));
  return (name, parameters, client) => {
    const handler = handlers.get(name);
    if (handler === undefined) throw new TypeError(`there is no call ${name}`);
    return handler(parameters, client);
  };
}

function serve(socket: Socket, call: Call): void {
  const members: Client['members'] = new Map();
  const running = new Map<number, AbortController>();

  const answer = async (id: number, name: string, parameters: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    let reply: Reply;
    try {
      reply = { id, result: await call(name, parameters, { signal: controller.signal, members }) };
    } catch (error) {
      const code = isStreamsError(error) ? error.code : 'INTERNAL';
      reply = { id, error: { code, message: error instanceof Error ? error.message : String(error) } };
    }
    running.delete(id);
    if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
  };

  onLine(socket, (line) => {
    const request: Request = JSON.parse(line);
    if ('cancel' in request) running.get(request.cancel)?.abort();
    else void answer(request.id, request.call, request.parameters);
  });
  // A client that is gone holds nothing any more, and it can no longer commit: others go on at once.
  socket.on('close', () => {
    for (const controller of running.values()) controller.abort();
    for (const end of members.values()) end();
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server does not listen on a port');
  return address.port;
}
