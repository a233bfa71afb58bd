import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between clients and a broker of this machine, and loses connections and requests, or lets them through late. */
export interface LateProxy extends AsyncDisposable {
  readonly port: number;
  /** The next request of this kind is kept back and its client's connection is cut; what the broker gets of it comes later. */
  hold(apiKey: number): void;
  /** The next request of this kind waits, and all that come after it on its connection, until it is let go on. */
  stall(apiKey: number): void;
  resume(): void;
  /** Whether a request waits so. */
  readonly stalled: boolean;
  /** When the next request of this kind comes, what is kept back goes to the broker first, and is answered by it. */
  releaseBefore(apiKey: number): void;
  /** What is kept back goes to the broker now, and is answered by it. */
  release(): Promise<void>;
  /**
   * From now on nothing passes on the connections that are open, and nobody is told; with `all` neither on those that are
   * made until `cut`.
   */
  drop(all: boolean): void;
  /** Cuts all connections; new ones are let through. */
  cut(): void;
  /** How many requests of this kind have come. */
  count(apiKey: number): number;
  /** How many connections were made. */
  readonly connections: number;
  readonly openConnections: number;
  /** How many requests were kept back and let through since. */
  readonly late: number;
}

interface Held {
  readonly frame: Buffer;
  readonly upstream: Socket;
  readonly forward: (reply: Buffer) => void;
}

export async function startLateProxy(serverPort: number): Promise<LateProxy> {
  const sockets = new Set<Socket>();
  const drops = new Set<() => void>();
  let holding: number | undefined;
  let releasing: number | undefined;
  let held: Held[] = [];
  let late = 0;
  let connections = 0;
  let dropping = false;
  let stalling: number | undefined;
  let isStalled = false;
  let stalled = Promise.withResolvers<void>();
  const counts = new Map<number, number>();

  const release = async (): Promise<void> => {
    const all = held;
    held = [];
    for (const { frame, upstream, forward } of all) {
      upstream.off('data', forward);
      const answered = once(upstream, 'data');
      upstream.write(frame);
      await answered;
      upstream.destroy();
      late += 1;
    }
  };
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    let isHeld = false;
    connections += 1;
    let isDropped = dropping;
    const drop = (): void => {
      isDropped = true;
    };
    drops.add(drop);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
    }
    client.on('close', () => {
      sockets.delete(client);
      drops.delete(drop);
      if (!isHeld) upstream.destroy();
    });
    upstream.on('close', () => {
      sockets.delete(upstream);
      client.destroy();
    });
    const forward = (reply: Buffer): void => {
      if (!isDropped) client.write(reply);
    };
    upstream.on('data', forward);
    let passed: Promise<void> = Promise.resolve();
    const pass = async (frame: Buffer): Promise<void> => {
      if (isHeld || isDropped) return;
      const apiKey = frame.readInt16BE(4);
      counts.set(apiKey, (counts.get(apiKey) ?? 0) + 1);
      if (apiKey === stalling) {
        stalling = undefined;
        isStalled = true;
        await stalled.promise;
        isStalled = false;
      }
      if (apiKey === releasing && held.length > 0) {
        releasing = undefined;
        await release();
      }
      if (apiKey === holding) {
        holding = undefined;
        isHeld = true;
        held.push({ frame, upstream, forward });
        client.destroy();
        return;
      }
      upstream.write(frame);
    };
    let received: Buffer = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const frame = received.subarray(0, 4 + received.readInt32BE(0));
        received = received.subarray(frame.length);
        passed = passed.then(() => pass(frame));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    hold: (apiKey) => {
      holding = apiKey;
    },
    stall: (apiKey) => {
      stalling = apiKey;
      stalled = Promise.withResolvers();
    },
    resume: () => stalled.resolve(),
    releaseBefore: (apiKey) => {
      releasing = apiKey;
    },
    release,
    drop: (all) => {
      dropping = all;
      for (const drop of drops) drop();
    },
    cut: () => {
      dropping = false;
      for (const socket of sockets) socket.destroy();
    },
    count: (apiKey) => counts.get(apiKey) ?? 0,
    get connections() {
      return connections;
    },
    get openConnections() {
      return drops.size;
    },
    get stalled() {
      return isStalled;
    },
    get late() {
      return late;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
