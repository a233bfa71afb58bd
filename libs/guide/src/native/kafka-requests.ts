import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const names: Readonly<Record<number, string>> = {
  0: 'Produce',
  1: 'Fetch',
  2: 'ListOffsets',
  3: 'Metadata',
  8: 'OffsetCommit',
  9: 'OffsetFetch',
  10: 'FindCoordinator',
  11: 'JoinGroup',
  12: 'Heartbeat',
  13: 'LeaveGroup',
  14: 'SyncGroup',
  15: 'DescribeGroups',
  16: 'ListGroups',
  17: 'SaslHandshake',
  18: 'ApiVersions',
  19: 'CreateTopics',
  20: 'DeleteTopics',
  21: 'DeleteRecords',
  22: 'InitProducerId',
  23: 'OffsetForLeaderEpoch',
  24: 'AddPartitionsToTxn',
  25: 'AddOffsetsToTxn',
  26: 'EndTxn',
  28: 'TxnOffsetCommit',
  32: 'DescribeConfigs',
  33: 'AlterConfigs',
  36: 'SaslAuthenticate',
  37: 'CreatePartitions',
  42: 'DeleteGroups',
  44: 'IncrementalAlterConfigs',
  60: 'DescribeCluster',
  61: 'DescribeProducers',
  65: 'DescribeTransactions',
  75: 'DescribeTopicPartitions',
  76: 'ShareGroupHeartbeat',
  77: 'ShareGroupDescribe',
  78: 'ShareFetch',
  79: 'ShareAcknowledge',
};

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
  const frames = new FrameHeads((key, version) => {
    const name = names[key];
    if (name !== undefined) onRequest(`${name} v${version}`);
  });
  socket.write = new Proxy(socket.write, {
    apply: (target, self, parameters: Parameters<Socket['write']>): boolean => {
      const [chunk] = parameters;
      if (chunk instanceof Uint8Array) frames.push(chunk);
      return Reflect.apply(target, self, parameters);
    },
  });
}

const headBytes = 8;

/** Finds the head of each frame (length, key of the request, its version) in the chunks of a connection. */
class FrameHeads {
  readonly #onHead: (key: number, version: number) => void;
  readonly #head = Buffer.alloc(headBytes);
  #have = 0;
  #skip = 0;

  constructor(onHead: (key: number, version: number) => void) {
    this.#onHead = onHead;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(this.#skip, chunk.length - at);
      this.#skip -= skipped;
      at += skipped;
      const taken = Math.min(headBytes - this.#have, chunk.length - at);
      this.#head.set(chunk.subarray(at, at + taken), this.#have);
      this.#have += taken;
      at += taken;
      if (this.#have < headBytes) return;
      this.#onHead(this.#head.readInt16BE(4), this.#head.readInt16BE(6));
      this.#skip = Math.max(0, this.#head.readInt32BE(0) - (headBytes - 4));
      this.#have = 0;
    }
  }
}
