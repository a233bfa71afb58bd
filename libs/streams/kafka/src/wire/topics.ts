import type { Reader } from './reader.ts';
import { type Request, request } from './request.ts';

const timeoutMs = 20_000;

export interface TopicToCreate {
  readonly name: string;
  readonly partitions: number;
  /** -1: as the broker is set up. */
  readonly replicas: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** The outcome for one topic. */
export interface TopicOutcome {
  readonly name: string;
  readonly errorCode: number;
  readonly message: string | null;
}

export function createTopicsRequest(topics: readonly TopicToCreate[]): Request<TopicOutcome[]> {
  return request(19, [4, 4], 'CreateTopics', {
    timeoutMs: timeoutMs + 5_000,
    write: (out) => {
      out.array(topics, ({ name, partitions, replicas, configs }) => {
        out.string(name).int32(partitions).int16(replicas).int32(0);
        out.array(Object.entries(configs), ([key, value]) => out.string(key).string(value));
      });
      out.int32(timeoutMs).int8(0);
    },
    read: readOutcomes,
  });
}

export function deleteTopicsRequest(names: readonly string[]): Request<number[]> {
  return request(20, [3, 3], 'DeleteTopics', {
    timeoutMs: timeoutMs + 5_000,
    write: (out) => out.array(names, (name) => out.string(name)).int32(timeoutMs),
    read: (reader) => {
      reader.int32();
      return reader.array(() => {
        reader.string();
        return reader.int16();
      });
    },
  });
}

/** Gives a topic more partitions. */
export function createPartitionsRequest(topic: string, count: number): Request<TopicOutcome[]> {
  return request(37, [1, 1], 'CreatePartitions', {
    timeoutMs: timeoutMs + 5_000,
    write: (out) => out.int32(1).string(topic).int32(count).int32(-1).int32(timeoutMs).int8(0),
    read: readOutcomes,
  });
}

function readOutcomes(reader: Reader): TopicOutcome[] {
  reader.int32();
  return reader.array(() => ({
    name: reader.string() ?? '',
    errorCode: reader.int16(),
    message: reader.string(),
  }));
}
