import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { StreamsError } from '@millrace/streams';
import { addressOf, type Endpoint } from '@millrace/streams/driver';
import type { Request } from '../wire/request.ts';
import { Writer } from '../wire/writer.ts';
import { Frames } from './frames.ts';

/** The largest answer that is taken; fetches ask for far less. */
const mostBytes = 256 * 1024 * 1024;
const keepAliveMs = 30_000;
const correlations = 0x7fff_ffff;
const usualTimeoutMs = 10_000;

interface Pending {
  readonly resolve: (payload: Buffer) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** One socket to one broker: requests out, answers matched to them, each with a deadline. */
export class Channel {
  readonly address: string;
  readonly #socket: Socket;
  readonly #clientId: string;
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  #answered = false;
  /** Until then the broker reads nothing of what was sent; by `performance.now()`. */
  #throttledUntil = 0;
  #gone: StreamsError | undefined;

  private constructor(address: string, socket: Socket, clientId: string) {
    this.address = address;
    this.#socket = socket;
    this.#clientId = clientId;
    const frames = new Frames(mostBytes);
    socket.on('data', (piece: Buffer) => {
      try {
        for (const frame of frames.add(piece)) this.#take(frame);
      } catch (error) {
        this.break(error instanceof Error ? error.message : String(error));
      }
    });
    socket.on('error', ({ message }) => this.#closed(message));
    socket.on('close', () => this.#closed('closed by the broker'));
  }

  /** Throws what the socket says, or the signal's reason. */
  static connect(
    endpoint: Endpoint,
    {
      tls,
      clientId,
      signal,
    }: { readonly tls: boolean; readonly clientId: string; readonly signal: AbortSignal },
  ): Promise<Channel> {
    const { host, port } = endpoint;
    return new Promise((resolve, reject) => {
      const socket = tls
        ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }) })
        : connectPlain({ host, port });
      const abort = (): void => void socket.destroy(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      socket.setNoDelay(true);
      socket.setKeepAlive(true, keepAliveMs);
      const failed = (error: Error): void => reject(explained(error));
      const closed = (): void => reject(new Error('socket closed before it was connected'));
      socket.once('error', failed);
      socket.once('close', closed);
      socket.once(tls ? 'secureConnect' : 'connect', () => {
        signal.removeEventListener('abort', abort);
        const channel = new Channel(addressOf(endpoint), socket, clientId);
        socket.off('error', failed);
        socket.off('close', closed);
        resolve(channel);
      });
      if (signal.aborted) abort();
    });
  }

  get open(): boolean {
    return this.#gone === undefined;
  }

  /** UNAVAILABLE when no answer came: nobody knows then whether the broker acted. */
  async ask(request: Request<unknown>, version: number): Promise<Buffer> {
    if (this.#gone) throw this.#gone;
    this.#last = (this.#last + 1) % correlations;
    const id = this.#last;
    const bytes = this.#encode(request, version, id);
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const timeoutMs = request.timeoutMs ?? usualTimeoutMs;
    // A flow that was dropped on the way is never told of: whoever does not answer in time is taken for away.
    const late = (): void => {
      const leftMs = this.#throttledUntil + timeoutMs - performance.now();
      if (leftMs > 0) pending.timer = setTimeout(late, leftMs);
      else this.break(`no answer to ${request.apiName} within ${timeoutMs} ms`);
    };
    const pending: Pending = { resolve, reject, timer: setTimeout(late, timeoutMs) };
    this.#pending.set(id, pending);
    this.#socket.write(bytes);
    return await promise;
  }

  /** The broker reads no more of this connection for so long, as a quota wants it: what is asked meanwhile takes longer. */
  throttle(ms: number): void {
    if (ms > 0) this.#throttledUntil = Math.max(this.#throttledUntil, performance.now() + ms);
  }

  /** Ends it, and everything that waits for an answer. */
  break(reason: string): void {
    if (this.#gone) return;
    this.#gone = new StreamsError(
      'UNAVAILABLE',
      `Kafka: the connection to ${this.address} is gone: ${reason}`,
    );
    this.#socket.destroy();
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(this.#gone);
    }
    this.#pending.clear();
  }

  #closed(reason: string): void {
    this.break(this.#answered ? reason : `${reason} ${atOnce}`);
  }

  #take(frame: Buffer): void {
    this.#answered = true;
    const id = frame.readInt32BE();
    const pending = this.#pending.get(id);
    if (!pending) throw new RangeError(`an answer to nothing that was asked (${id})`);
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.resolve(frame.subarray(4));
  }

  #encode(request: Request<unknown>, version: number, id: number): Buffer {
    const { apiKey, flexible = false } = request;
    const out = new Writer();
    out.int32(0).int16(apiKey).int16(version).int32(id).string(this.#clientId);
    if (flexible) out.noTags();
    request.write(out, version);
    out.patchInt32(0, out.length - 4);
    return out.bytes;
  }
}

const atOnce =
  'before it answered anything: it may have all the connections that it takes (max.connections.per.ip, max.connections), or what forwards this port, as a proxy or a container does, finds no broker behind it';

/** Node names the system call only. */
function explained(error: Error): Error {
  const code = 'code' in error ? String(error.code) : '';
  if (!/^E[MN]FILE$/.test(code)) return error;
  return new Error(
    `this process has as many files and connections open as it may (${code}): raise its limit, as by ulimit -n`,
    { cause: error },
  );
}
