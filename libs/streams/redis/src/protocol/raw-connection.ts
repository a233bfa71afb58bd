import type { Redis } from 'ioredis';
import type { Connection } from '../commands/script.ts';
import { connectionClosed } from '../errors.ts';
import { decodeReply, errorOf } from './reply.ts';
import { ReplyFramer } from './reply-framer.ts';
import { type Argument, encodeRequest } from './request.ts';

interface Waiting {
  readonly resolve: (frame: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A connection that the client made and logged in, and whose replies are read by us: the client's decoder makes an object
 * of every field of every entry, which costs more than all the rest of reading. It does not come back when it breaks.
 */
export class RawConnection implements Connection {
  readonly #client: Redis;
  readonly #onError: (error: Error, raw: RawConnection) => void;
  readonly #waiting: Waiting[] = [];
  #answered = 0;
  #corked = false;
  #closed = false;

  private constructor(client: Redis, onError: (error: Error, raw: RawConnection) => void) {
    this.#client = client;
    this.#onError = onError;
    const { stream } = client;
    const framer = new ReplyFramer((frame) => this.#answer(frame));
    stream.removeAllListeners('data');
    stream.on('data', (chunk: Buffer) => framer.push(chunk));
    stream.once('close', () => this.close());
  }

  /**
   * Takes over a client that nobody uses and that does not reconnect; rejects when it is not connected within the time.
   * `onError` is told what the server refuses.
   */
  static async over(
    client: Redis,
    withinMs: number,
    onError: (error: Error, raw: RawConnection) => void,
  ): Promise<RawConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (): void => reject(connectionClosed());
    const timer = setTimeout(fail, withinMs);
    let lastError: unknown;
    const remember = (error: unknown): void => {
      lastError = error;
    };
    client.on('error', remember);
    client.once('ready', resolve);
    client.once('end', fail);
    try {
      if (client.status === 'wait') client.connect().catch(remember);
      if (client.status === 'end') fail();
      if (client.status !== 'ready') await promise;
      return new RawConnection(client, onError);
    } catch (error) {
      client.disconnect();
      throw lastError ?? error;
    } finally {
      clearTimeout(timer);
    }
  }

  get usable(): boolean {
    return !this.#closed;
  }

  async call(command: string, args: Argument[]): Promise<unknown> {
    return decodeReply(await this.frame(command, args), false);
  }

  async callBuffer(command: string, args: Argument[]): Promise<unknown> {
    return decodeReply(await this.frame(command, args), true);
  }

  /** The reply as it came; rejects with the error that it is. Commands are executed and answered in the order of the calls. */
  frame(command: string, args: readonly Argument[]): Promise<Buffer> {
    if (this.#closed) return Promise.reject(connectionClosed());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      const { stream } = this.#client;
      this.#gather();
      stream.write(encodeRequest(command, args));
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#client.disconnect();
    for (const { reject } of this.#waiting.splice(this.#answered)) reject(connectionClosed());
  }

  /** What is asked in one turn of the event loop goes out together. */
  #gather(): void {
    if (this.#corked) return;
    this.#corked = true;
    const { stream } = this.#client;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }

  #answer(frame: Buffer): void {
    const waiting = this.#waiting[this.#answered++];
    if (this.#answered === this.#waiting.length || this.#answered > 256) {
      this.#waiting.splice(0, this.#answered);
      this.#answered = 0;
    }
    const error = errorOf(frame);
    if (error) {
      waiting?.reject(error);
      this.#onError(error, this);
    } else waiting?.resolve(frame);
  }
}
