import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { NodeAddress } from './node-address.ts';

/** Longer lines are cut: what MONITOR shows of large values is not drawn anyway. */
const longest = 65_536;

/**
 * A connection that hands over each line of what the server sends, as it comes: MONITOR may show a line before its own
 * reply, which clients that pair commands with replies take for an error. Its end never throws, it resolves `ended`.
 */
export class RedisLines implements Disposable {
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  readonly #onLine: (line: string) => void;
  #line = '';

  private constructor(socket: Socket, onLine: (line: string) => void) {
    this.#socket = socket;
    this.#onLine = onLine;
    this.ended = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    // One character for each byte: what MONITOR shows is ASCII.
    socket.setEncoding('latin1').on('data', (chunk: Buffer | string) => this.#read(chunk.toString()));
  }

  /** Connects and logs in; rejects when nobody listens. */
  static async open(
    { host, port, username, password, tls }: NodeAddress,
    onLine: (line: string) => void,
  ): Promise<RedisLines> {
    const socket = tls ? connectTls({ host, port, servername: host }) : connect({ host, port });
    await once(socket, tls ? 'secureConnect' : 'connect');
    const lines = new RedisLines(socket, onLine);
    if (password !== undefined) lines.send('AUTH', ...(username === undefined ? [] : [username]), password);
    return lines;
  }

  send(...words: readonly string[]): void {
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.#socket.write(`*${words.length}\r\n${parts.join('')}`);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #read(chunk: string): void {
    const [first = '', ...others] = chunk.split('\n');
    this.#extend(first);
    for (const next of others) {
      const line = this.#line;
      this.#line = '';
      this.#extend(next);
      this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    }
  }

  #extend(text: string): void {
    if (this.#line.length < longest) this.#line = (this.#line + text).slice(0, longest);
  }
}
