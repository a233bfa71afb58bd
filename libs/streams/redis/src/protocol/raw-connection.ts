import type { Socket } from 'node:net';
import type { Connection } from '../commands/script.ts';
import { connectionClosed, noReply } from '../errors.ts';
import { decodeReply, errorOf } from './reply.ts';
import { ReplyFramer } from './reply-framer.ts';
import { type Argument, encodeRequest } from './request.ts';

interface Waiting {
  readonly resolve: (frame: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

export interface RawConnectionOptions {
  /** A socket of this connection's own, which may still be connecting. */
  readonly connect: () => Promise<Socket>;
  /** The commands that log in. */
  readonly handshake: () => Promise<readonly (readonly [command: string, ...args: string[]])[]>;
  /** Milliseconds for connecting and logging in. */
  readonly openMs: number;
  /** Milliseconds without a byte from the server while it owes a reply, after which the connection is given up. */
  readonly replyMs: number;
  /** Called with what the server refuses. */
  readonly onError?: (error: Error, connection: RawConnection) => void;
}

/** A link that is slower than this, in bytes a millisecond, is given up while it sends. */
const slowestRate = 1_000;

/**
 * A connection whose replies are cut into frames and decoded when they are used: decoding every field of every entry into
 * an object costs more than all the rest of reading. It does not come back when it breaks.
 */
export class RawConnection implements Connection {
  readonly #socket: Socket;
  readonly #replyMs: number;
  readonly #onError: ((error: Error, connection: RawConnection) => void) | undefined;
  readonly #waiting: Waiting[] = [];
  #answered = 0;
  #corked = false;
  #closed = false;
  #lastError: unknown;
  /** When the server sent something, or was asked while it owed nothing. */
  #lastHeard = 0;
  #silenceCheck: NodeJS.Timeout | undefined;

  private constructor(socket: Socket, { replyMs, onError }: RawConnectionOptions) {
    this.#socket = socket;
    this.#replyMs = replyMs;
    this.#onError = onError;
    const framer = new ReplyFramer((frame) => this.#answer(frame));
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#lastHeard = performance.now();
      framer.push(chunk);
    });
    socket.on('error', (error) => {
      this.#lastError ??= error;
    });
    socket.once('close', () => this.close());
  }

  /** Rejects with what went wrong when there is no logged-in connection in time. */
  static async open(options: RawConnectionOptions): Promise<RawConnection> {
    let connection: RawConnection | undefined;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(noReply(options.openMs)), options.openMs);
    const opening = options.connect().then(async (socket) => {
      connection = new RawConnection(socket, options);
      const commands = await options.handshake();
      await Promise.all(commands.map(([command, ...args]) => connection?.frame(command, args)));
      return connection;
    });
    try {
      return await Promise.race([opening, late]);
    } catch (error) {
      opening.then(
        () => connection?.close(),
        () => undefined,
      );
      connection?.close();
      throw error;
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
    if (this.#closed) return Promise.reject(this.#lastError ?? connectionClosed());
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === this.#answered) this.#lastHeard = performance.now();
      this.#waiting.push({ resolve, reject });
      this.#silenceCheck ??= setInterval(() => this.#checkSilence(), this.#replyMs / 4).unref();
      this.#gather();
      this.#socket.write(encodeRequest(command, args));
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#silenceCheck);
    this.#socket.destroy();
    const error = this.#lastError ?? connectionClosed();
    for (const { reject } of this.#waiting.splice(this.#answered)) reject(error);
  }

  /** What is asked in one turn of the event loop goes out together. */
  #gather(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#socket.uncork();
    });
  }

  #checkSilence(): void {
    if (this.#waiting.length === this.#answered) {
      clearInterval(this.#silenceCheck);
      this.#silenceCheck = undefined;
    } else if (this.#isSilent()) {
      // After a stall of this process the reply may lie in the socket already.
      setImmediate(() => {
        if (!this.#isSilent()) return;
        this.#lastError ??= noReply(this.#replyMs);
        this.close();
      });
    }
  }

  #isSilent(): boolean {
    if (this.#waiting.length === this.#answered) return false;
    const allowed = this.#replyMs + this.#socket.writableLength / slowestRate;
    return performance.now() - this.#lastHeard >= allowed;
  }

  #answer(frame: Buffer): void {
    if (this.#waiting.length === this.#answered) {
      // Nobody asked: replies could not be told apart any more.
      this.#lastError ??= new Error('ERR Protocol error: a reply that nothing was asked for');
      this.close();
      return;
    }
    const waiting = this.#waiting[this.#answered++];
    if (this.#answered === this.#waiting.length || this.#answered > 256) {
      this.#waiting.splice(0, this.#answered);
      this.#answered = 0;
    }
    const error = errorOf(frame);
    if (error) {
      waiting?.reject(error);
      this.#onError?.(error, this);
    } else waiting?.resolve(frame);
  }
}
