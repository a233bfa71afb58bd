import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands before a server of this machine and forgets connections without closing them, as a firewall or a dead route does. */
export interface SilentProxy extends AsyncDisposable {
  readonly url: string;
  /** What is sent on the present connections arrives nowhere from now on; new ones work. */
  forgetConnections(): void;
  /** The same of every connection, also of new ones, until {@link speak}. */
  fallSilent(): void;
  /** New connections work again. */
  speak(): void;
}

export async function startSilentProxy(serverPort: number): Promise<SilentProxy> {
  const sockets = new Set<Socket>();
  const forgotten = new Set<Socket>();
  let silent = false;
  const forward = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (chunk) => {
      if (!forgotten.has(from)) to.write(chunk);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      if (!forgotten.delete(from)) to.destroy();
    });
    if (silent) forgotten.add(from);
  };
  const forgetConnections = (): void => {
    for (const socket of sockets) forgotten.add(socket);
  };
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    forward(client, upstream);
    forward(upstream, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forgetConnections,
    fallSilent: () => {
      silent = true;
      forgetConnections();
    },
    speak: () => {
      silent = false;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
