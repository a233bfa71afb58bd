import type { Connections } from '../client/connections.ts';
import { type FetchedPartition, fetchRequest, outsideSessions } from '../wire/fetch.ts';

/** Where a partition is to be fetched from. */
export interface FetchPosition {
  readonly topic: string;
  /** The topic's id: of a topic that was deleted and created again nothing is fetched by mistake. */
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
}

export interface FetchLimits {
  /** How long the broker may wait for the first record. */
  readonly maxWaitMs: number;
  readonly maxBytes: number;
}

export interface FetchOptions extends FetchLimits {
  /** Nothing more was there when the partition was fetched last: what comes next is yet to be written. */
  readonly atEnd: boolean;
  /** Nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** Fetches partitions, each by one who asks at a time. */
export interface FetchSource {
  /** For what is to be known of topics, leaders and offsets. */
  readonly connections: Connections;
  /** What is there, or comes in time; without records when nothing does. */
  fetch(position: FetchPosition, options: FetchOptions): Promise<FetchedPartition>;
}

/** Each fetch is a request of its own: for a reader that has connections of its own, or whose fetches do not wait. */
export class SingleFetches implements FetchSource {
  readonly connections: Connections;

  constructor(connections: Connections) {
    this.connections = connections;
  }

  async fetch(position: FetchPosition, { maxWaitMs, maxBytes }: FetchOptions): Promise<FetchedPartition> {
    const { topic, partition } = position;
    const partitions = [{ ...position, maxBytes }];
    const request = fetchRequest({ ...outsideSessions, partitions, maxWaitMs, maxBytes });
    const answer = await this.connections.atLeader(topic, partition, request);
    return fetchedOf(answer.partitions[0], answer.errorCode, position);
  }
}

/** A broker that leaves a partition out of its answer says nothing about it, unless it refused the whole request. */
export function fetchedOf(
  found: FetchedPartition | undefined,
  errorCode: number,
  { topicId, partition, offset }: FetchPosition,
): FetchedPartition {
  if (found) return found;
  return {
    topicId,
    partition,
    errorCode,
    highWatermark: offset,
    stableOffset: offset,
    aborted: [],
    batches: Buffer.alloc(0),
  };
}
