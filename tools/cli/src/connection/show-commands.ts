import diagnostics from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { KafkaRequests } from './kafka-requests.ts';
import { RedisCommands } from './redis-commands.ts';

interface Parser {
  readonly push: (bytes: Buffer) => void;
}

/**
 * Prints what goes over every connection that is opened from now on: as it is sent, whoever sends it. TLS connections
 * show nothing, for their bytes are encrypted by then.
 */
export function showCommands(print: (command: string) => void): void {
  diagnostics.subscribe('net.client.socket', (message) => {
    const { socket } = message as { readonly socket: Socket };
    let parser: Parser | undefined;
    const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
    socket.write = ((...given: unknown[]): boolean => {
      const bytes = toBuffer(given[0]);
      if (bytes) {
        parser ??= bytes[0] === 0x2a ? new RedisCommands(print) : new KafkaRequests(print);
        parser.push(bytes);
      }
      return write(...given);
    }) as Socket['write'];
  });
}

function toBuffer(chunk: unknown): Buffer | undefined {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  return chunk instanceof Uint8Array
    ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    : undefined;
}
