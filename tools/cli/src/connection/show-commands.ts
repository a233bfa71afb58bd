import { Socket } from 'node:net';
import { KafkaRequests } from './kafka-requests.ts';
import { RedisCommands } from './redis-commands.ts';

interface Parser {
  readonly push: (bytes: Buffer) => void;
}

/**
 * Prints what this process sends over its connections from now on: as it is sent, by whichever client. Over TLS as well,
 * for what is written is not yet encrypted. Resolves to a function that ends it.
 */
export function showCommands(print: (command: string) => void): () => void {
  const parsers = new WeakMap<Socket, Parser>();
  const { write } = Socket.prototype;
  const show = (socket: Socket, chunk: unknown): void => {
    const bytes = toBuffer(chunk);
    // A pipe of standard output is a socket too.
    if (!bytes || !(socket.connecting || socket.remoteAddress !== undefined)) return;
    let parser = parsers.get(socket);
    if (!parser) {
      parser = bytes[0] === 0x2a ? new RedisCommands(print) : new KafkaRequests(print);
      parsers.set(socket, parser);
    }
    parser.push(bytes);
  };
  // biome-ignore lint/plugin: Node offers no other look at what any client sends, inside TLS too; it ends with the command.
  Socket.prototype.write = function (this: Socket, ...given: Parameters<Socket['write']>): boolean {
    show(this, given[0]);
    return write.apply(this, given);
  } as Socket['write'];
  return () => {
    // biome-ignore lint/plugin: as above, it gives back what was there.
    Socket.prototype.write = write;
  };
}

function toBuffer(chunk: unknown): Buffer | undefined {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  return chunk instanceof Uint8Array
    ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    : undefined;
}
