/** Names of Kafka's requests by their number in the protocol. */
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
  24: 'AddPartitionsToTxn',
  25: 'AddOffsetsToTxn',
  26: 'EndTxn',
  28: 'TxnOffsetCommit',
  32: 'DescribeConfigs',
  36: 'SaslAuthenticate',
  37: 'CreatePartitions',
  42: 'DeleteGroups',
  44: 'IncrementalAlterConfigs',
  60: 'DescribeCluster',
  61: 'DescribeProducers',
  65: 'DescribeTransactions',
  66: 'ListTransactions',
  75: 'DescribeTopicPartitions',
  76: 'ShareGroupHeartbeat',
  77: 'ShareGroupDescribe',
  78: 'ShareFetch',
  79: 'ShareAcknowledge',
};

const headBytes = 10;

/** Reads the heads of requests out of the bytes that a client of Kafka sends. */
export class KafkaRequests {
  readonly #print: (command: string) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(print: (command: string) => void) {
    this.#print = print;
  }

  push(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 4) {
      const size = this.#rest.readInt32BE(0);
      // Not Kafka's protocol, TLS for one.
      if (size < headBytes || size > 1 << 30) {
        this.#rest = Buffer.alloc(0);
        return;
      }
      if (this.#rest.length < 4 + size) return;
      this.#describe(this.#rest.subarray(4, 4 + size));
      this.#rest = this.#rest.subarray(4 + size);
    }
  }

  #describe(request: Buffer): void {
    const key = request.readInt16BE(0);
    const name = names[key] ?? `request ${key}`;
    this.#print(`kafka> ${name} v${request.readInt16BE(2)} (${request.length} bytes)`);
  }
}
