import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { KafkaRequestHeads } from '@millrace/streams-kafka/request-heads';

/**
 * Hears the name and version of every Kafka request that this process writes to a connection opened from now on, as it
 * stands in the bytes. Connections with TLS are not heard. Returns how to stop.
 */
export function tapKafkaRequests(onRequest: (name: string) => void): () => void {
  const onSocket = (message: unknown): void => {
    const socket = (message as { readonly socket: Socket }).socket;
    // Not before: connect() puts the socket's own write back.
    socket.once('connect', () => tapSocket(socket, onRequest));
  };
  subscribe('net.client.socket', onSocket);
  return () => void unsubscribe('net.client.socket', onSocket);
}

function tapSocket(socket: Socket, onRequest: (name: string) => void): void {
  const heads = new KafkaRequestHeads(({ name, version }) => onRequest(`${name} v${version}`));
  socket.write = new Proxy(socket.write, {
    apply: (target, self, parameters: Parameters<Socket['write']>): boolean => {
      const [chunk] = parameters;
      if (chunk instanceof Uint8Array) heads.push(chunk);
      return Reflect.apply(target, self, parameters);
    },
  });
}
