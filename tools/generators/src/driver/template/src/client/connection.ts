import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { StreamsError, type StreamsErrorCode } from '@millrace/streams';
import { onLine } from '../lines.ts';
import type { Calls, Reply } from '../protocol.ts';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: StreamsError) => void;
}

/** A connection to the server. After a break the next call opens it again; calls under way then are UNAVAILABLE. */
export class Connection implements AsyncDisposable {
  readonly #address: { readonly host: string; readonly port: number };
  readonly #waiting: Map<number, Waiting> = new Map();
  readonly #lossListeners: Set<() => void> = new Set();
  #socket: Promise<Socket> | undefined;
  #lastId = 0;
  #closed = false;

  constructor(address: { readonly host: string; readonly port: number }) {
    this.#address = address;
  }

  /** Hears when the connection breaks: the server has given away all that its members held. Returns how to stop listening. */
  onLost(listener: () => void): () => void {
    this.#lossListeners.add(listener);
    return () => void this.#lossListeners.delete(listener);
  }

  /**
   * Sends a call and waits for its result; calls reach the server in the order they were made. When the signal aborts,
   * the server is asked to end the call, and its result is still waited for: it may hold records that are ours by now.
   */
  async call<Name extends keyof Calls>(
    name: Name,
    parameters: Calls[Name]['parameters'],
    signal?: AbortSignal,
  ): Promise<Calls[Name]['result']> {
    const socket = await this.#open();
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    socket.write(`${JSON.stringify({ id, call: name, parameters })}\n`);
    const cancel = (): void => void socket.write(`${JSON.stringify({ cancel: id })}\n`);
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    try {
      // The server comes from the same package: what it returns has the type of the protocol.
      return (await promise) as Calls[Name]['result'];
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const socket = await this.#socket?.catch(() => undefined);
    socket?.destroy();
    this.#fail(closed());
  }

  #open(): Promise<Socket> {
    if (this.#closed) return Promise.reject(closed());
    this.#socket ??= this.#connect().catch((error) => {
      this.#socket = undefined;
      throw error;
    });
    return this.#socket;
  }

  async #connect(): Promise<Socket> {
    const { host, port } = this.#address;
    const socket = createConnection({ host, port, noDelay: true });
    try {
      await once(socket, 'connect');
    } catch (cause) {
      throw new StreamsError('UNAVAILABLE', `there is no server at ${host}:${port}: start it first`, {
        cause,
      });
    }
    onLine(socket, (line) => this.#receive(JSON.parse(line)));
    socket.on('close', () => {
      this.#socket = undefined;
      this.#fail(
        this.#closed ? closed() : new StreamsError('UNAVAILABLE', `the connection to ${host}:${port} broke`),
      );
      for (const listener of this.#lossListeners) listener();
    });
    return socket;
  }

  #receive(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply)
      waiting?.reject(new StreamsError(reply.error.code as StreamsErrorCode, reply.error.message));
    else waiting?.resolve(reply.result);
  }

  #fail(error: StreamsError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function closed(): StreamsError {
  return new StreamsError('CLOSED', 'the driver is closed');
}
