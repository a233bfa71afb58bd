import type { Connections } from '../client/connections.ts';
import { check, isKafkaError, KafkaError } from '../client/kafka-error.ts';
import type { Context } from '../context.ts';
import { partitionKey } from '../wire/fetch.ts';
import type { Request } from '../wire/request.ts';
import {
  type Acknowledgement,
  type AcknowledgeType,
  type OffsetRange,
  type ShareFetchAnswer,
  type ShareFetchQuery,
  type ShareMember,
  type SharePartition,
  shareAcknowledgeRequest,
  shareFetchRequest,
} from '../wire/share-groups.ts';

const opening = 0;
const lastEpoch = 0x7fff_ffff;
const noSession = 122;

/** What is acquired, one record. */
export interface AcquiredOffset extends SharePartition {
  readonly offset: number;
}

export type ShareFetchLimits = Pick<ShareFetchQuery, 'maxWaitMs' | 'maxBytes' | 'maxRecords'>;

/**
 * A member's session with one broker, over a connection of its own: the broker frees what was acquired when the connection
 * ends. Requests are numbered and go out one after another.
 */
export class ShareSession {
  /** Partitions to fetch. */
  partitions: readonly SharePartition[] = [];
  readonly #context: Context;
  readonly #node: number;
  readonly #of: ShareMember;
  readonly #onBroken: () => void;
  #connections: Connections;
  #epoch = opening;
  #told: ReadonlyMap<string, SharePartition> = new Map();
  #last: Promise<unknown> = Promise.resolve();

  /** `onBroken`: nothing that was acquired in the session is the member's any more. */
  constructor(context: Context, node: number, of: ShareMember, onBroken: () => void) {
    this.#context = context;
    this.#node = node;
    this.#of = of;
    this.#onBroken = onBroken;
    this.#connections = context.cluster.connections();
  }

  get node(): number {
    return this.#node;
  }

  fetch(limits: ShareFetchLimits): Promise<ShareFetchAnswer> {
    return this.#inTurn(async () => {
      const wanted = new Map(this.partitions.map((each) => [partitionKey(each), each]));
      const added = [...wanted].flatMap(([key, each]) => (this.#told.has(key) ? [] : [each]));
      const forgotten = [...this.#told].flatMap(([key, each]) => (wanted.has(key) ? [] : [each]));
      const answer = await this.#send((epoch) =>
        shareFetchRequest({ ...this.#of, ...limits, epoch, added, forgotten }),
      );
      this.#told = wanted;
      return answer;
    });
  }

  /**
   * Returns those that are not the member's any more. A broker takes what belongs to one partition whole or not at all: which
   * records it refuses is found by halves. Throws when nobody can tell, and the session is broken then.
   */
  async acknowledge<Record extends AcquiredOffset>(
    type: AcknowledgeType,
    records: readonly Record[],
  ): Promise<Record[]> {
    const fenced: Record[] = [];
    let left = [...Map.groupBy(records, partitionKey).values()].map((own) =>
      own.toSorted((a, b) => a.offset - b.offset),
    );
    while (left.length > 0) {
      // Of each partition one part a request.
      const round = [...new Map(left.map((part) => [keyOf(part), part])).values()];
      const refused = await this.#acknowledgeRanges(type, round.map(acknowledgementOf));
      const halves: Record[][] = [];
      for (const part of round) {
        if (!refused.has(keyOf(part))) continue;
        const middle = part.length >> 1;
        if (middle === 0) fenced.push(...part);
        else halves.push(part.slice(0, middle), part.slice(middle));
      }
      left = [...left.filter((part) => !round.includes(part)), ...halves];
    }
    return fenced;
  }

  close(): void {
    this.#connections.close();
  }

  /** The partitions whose acknowledgement was refused. */
  async #acknowledgeRanges(
    type: AcknowledgeType,
    acknowledgements: readonly Acknowledgement[],
  ): Promise<ReadonlySet<string>> {
    return await this.#inTurn(async () => {
      if (this.#epoch === opening) throw new KafkaError(noSession, 'nothing is acquired in this session');
      const { partitions } = await this.#send((epoch) =>
        shareAcknowledgeRequest({ ...this.#of, epoch }, type, acknowledgements),
      );
      const refused = new Set<string>();
      for (const answer of partitions) {
        if (answer.errorCode === 0) continue;
        const error = new KafkaError(answer.errorCode, `acquired records of partition ${answer.partition}`);
        // On a new leader nothing is acquired.
        if (!isKafkaError(error, 'INVALID_RECORD_STATE', ...moved)) throw error;
        refused.add(partitionKey(answer));
      }
      return refused;
    });
  }

  async #send<Answer extends { readonly errorCode: number }>(
    build: (epoch: number) => Request<Answer>,
  ): Promise<Answer> {
    try {
      const answer = await this.#connections.at(this.#node, build(this.#epoch));
      check(answer.errorCode, `a request of group ${this.#of.group}`);
      this.#epoch = this.#epoch === lastEpoch ? 1 : this.#epoch + 1;
      return answer;
    } catch (error) {
      this.#break();
      throw error;
    }
  }

  /** Another connection and session take its place; the broker frees what was acquired over this one. */
  #break(): void {
    this.#connections.close();
    this.#connections = this.#context.cluster.connections();
    this.#epoch = opening;
    this.#told = new Map();
    this.#onBroken();
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

const moved = [
  'NOT_LEADER_OR_FOLLOWER',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'FENCED_STATE_EPOCH',
];

function keyOf(part: readonly AcquiredOffset[]): string {
  const [first] = part;
  return first ? partitionKey(first) : '';
}

function acknowledgementOf(part: readonly AcquiredOffset[]): Acknowledgement {
  const [{ topicId, partition } = { topicId: '', partition: 0 }] = part;
  const ranges: { first: number; last: number }[] = [];
  for (const { offset } of part) {
    const range = ranges.at(-1);
    if (range && range.last + 1 === offset) range.last = offset;
    else ranges.push({ first: offset, last: offset });
  }
  return { topicId, partition, ranges: ranges satisfies OffsetRange[] };
}
