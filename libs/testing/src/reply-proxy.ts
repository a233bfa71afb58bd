import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between clients and a server of this machine, and loses replies or is slow with them, as a failing network is. */
export interface ReplyProxy extends AsyncDisposable {
  readonly port: number;
  /**
   * The next request that holds this text reaches the server, its reply does not reach the client, and the client's
   * connection is cut. Resolves once that has happened.
   */
  eatReplyTo(text: string): Promise<void>;
  /** Every reply takes this long from now on. */
  delayReplies(milliseconds: number): void;
  /** Cuts all connections; new ones are let through. */
  cut(): void;
  /** From now on another server of this machine stands behind it; connections to the old one are cut. */
  switchTo(serverPort: number): void;
}

interface Order {
  readonly text: string;
  readonly done: () => void;
}

export async function startReplyProxy(serverPort: number): Promise<ReplyProxy> {
  const orders: Order[] = [];
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let target = serverPort;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    let eating: Order | undefined;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
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
        if (delayMs === 0) client.write(reply);
        else setTimeout(() => client.write(reply), delayMs);
        return;
      }
      client.destroy();
      eating.done();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    switchTo: (port) => {
      target = port;
      cut();
    },
    eatReplyTo: (text) => new Promise((resolve) => orders.push({ text, done: resolve })),
    delayReplies: (milliseconds) => {
      delayMs = milliseconds;
    },
    cut,
    [Symbol.asyncDispose]: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
