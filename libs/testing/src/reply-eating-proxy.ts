import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between clients and a server of this machine, and can lose a reply as a failing network does. */
export interface ReplyEatingProxy extends AsyncDisposable {
  readonly port: number;
  /**
   * The next request that holds this text reaches the server, its reply does not reach the client, and the client's
   * connection is cut. Resolves once that has happened.
   */
  eatReplyTo(text: string): Promise<void>;
}

interface Order {
  readonly text: string;
  readonly done: () => void;
}

export async function startReplyEatingProxy(serverPort: number): Promise<ReplyEatingProxy> {
  const orders: Order[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    let eating: Order | undefined;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (request) => {
      const index = orders.findIndex(({ text }) => request.includes(text));
      if (index >= 0) [eating] = orders.splice(index, 1);
      upstream.write(request);
    });
    upstream.on('data', (reply) => {
      if (!eating) {
        client.write(reply);
        return;
      }
      client.destroy();
      eating.done();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    eatReplyTo: (text) => new Promise((resolve) => orders.push({ text, done: resolve })),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
