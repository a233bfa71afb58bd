/** The head of a request as it stands in the bytes that a client of Kafka sends. */
export interface KafkaRequestHead {
  /** Such as `Produce`; `request 99` for one that has no name here. */
  readonly name: string;
  readonly version: number;
  /** Of the request, without its length. */
  readonly bytes: number;
}

/** Names of requests by their number in the protocol. */
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
  45: 'AlterPartitionReassignments',
  60: 'DescribeCluster',
  61: 'DescribeProducers',
  65: 'DescribeTransactions',
  66: 'ListTransactions',
  75: 'DescribeTopicPartitions',
  76: 'ShareGroupHeartbeat',
  77: 'ShareGroupDescribe',
  78: 'ShareFetch',
  79: 'ShareAcknowledge',
  90: 'DescribeShareGroupOffsets',
  91: 'AlterShareGroupOffsets',
};

const headBytes = 8;
const smallest = 8;
/** `socket.request.max.bytes`; the first bytes of TLS would be a larger one. */
const largest = 104_857_600;

/**
 * Finds the head of each request in the chunks that are written to one connection, in constant memory. Bytes that cannot be
 * Kafka's protocol, such as TLS, end it silently.
 */
export class KafkaRequestHeads {
  readonly #onHead: (head: KafkaRequestHead) => void;
  readonly #head: Buffer = Buffer.alloc(headBytes);
  #have = 0;
  #skip = 0;
  #isKafka = true;

  constructor(onHead: (head: KafkaRequestHead) => void) {
    this.#onHead = onHead;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && this.#isKafka; ) {
      const skipped = Math.min(this.#skip, chunk.length - at);
      this.#skip -= skipped;
      at += skipped;
      const taken = Math.min(headBytes - this.#have, chunk.length - at);
      this.#head.set(chunk.subarray(at, at + taken), this.#have);
      this.#have += taken;
      at += taken;
      if (this.#have === headBytes) this.#end();
    }
  }

  #end(): void {
    const bytes = this.#head.readInt32BE(0);
    this.#isKafka = bytes >= smallest && bytes <= largest;
    if (!this.#isKafka) return;
    const key = this.#head.readInt16BE(4);
    this.#onHead({ name: names[key] ?? `request ${key}`, version: this.#head.readInt16BE(6), bytes });
    this.#skip = bytes - (headBytes - 4);
    this.#have = 0;
  }
}
