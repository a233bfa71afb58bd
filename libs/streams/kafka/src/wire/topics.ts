import type { Reader } from './reader.ts';
import { type Request, request } from './request.ts';

const timeoutMs = 20_000;

export interface PartitionMetadata {
  readonly errorCode: number;
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

export interface TopicMetadata {
  readonly errorCode: number;
  readonly name: string;
  readonly internal: boolean;
  readonly partitions: readonly PartitionMetadata[];
}

export interface ClusterMetadata {
  readonly nodes: readonly { readonly id: number; readonly host: string; readonly port: number }[];
  readonly controller: number;
  readonly topics: readonly TopicMetadata[];
}

/** Null asks for all topics, an empty list for none. Never creates one. */
export function metadataRequest(topics: readonly string[] | null): Request<ClusterMetadata> {
  return request(3, 5, 'Metadata', {
    write: (out) => {
      if (topics === null) out.int32(-1);
      else out.array(topics, (topic) => out.string(topic));
      out.int8(0);
    },
    read: (reader) => {
      reader.int32();
      const nodes = reader.array(() => {
        const node = { id: reader.int32(), host: reader.string() ?? '', port: reader.int32() };
        reader.string();
        return node;
      });
      reader.string();
      const controller = reader.int32();
      const found = reader.array(() => ({
        errorCode: reader.int16(),
        name: reader.string() ?? '',
        internal: reader.int8() !== 0,
        partitions: reader.array(() => {
          const partition = {
            errorCode: reader.int16(),
            partition: reader.int32(),
            leader: reader.int32(),
            replicas: reader.array(() => reader.int32()),
            inSync: reader.array(() => reader.int32()),
          };
          reader.array(() => reader.int32());
          return partition;
        }),
      }));
      return { nodes, controller, topics: found };
    },
  });
}

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
  return request(19, 4, 'CreateTopics', {
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
  return request(20, 3, 'DeleteTopics', {
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

export interface DescribedConfig {
  readonly name: string;
  readonly value: string | null;
  /** Set for this topic, not the broker's default. */
  readonly own: boolean;
}

const topicResource = 2;
const topicSource = 1;

export function describeConfigsRequest(
  topic: string,
): Request<{ readonly errorCode: number; readonly configs: readonly DescribedConfig[] }> {
  return request(32, 1, 'DescribeConfigs', {
    write: (out) => out.int32(1).int8(topicResource).string(topic).int32(-1).int8(0),
    read: (reader) => {
      reader.int32();
      let errorCode = 0;
      const configs: DescribedConfig[] = [];
      reader.array(() => {
        errorCode = reader.int16();
        reader.string();
        reader.int8();
        reader.string();
        reader.array(() => configs.push(readConfig(reader)));
      });
      return { errorCode, configs };
    },
  });
}

function readConfig(reader: Reader): DescribedConfig {
  const [name, value] = [reader.string() ?? '', reader.string()];
  reader.int8();
  const own = reader.int8() === topicSource;
  reader.int8();
  reader.array(() => {
    reader.string();
    reader.string();
    reader.int8();
  });
  return { name, value, own };
}

export interface OffsetQuestion {
  readonly topic: string;
  readonly partition: number;
  /** A time, -1 for the end, -2 for the beginning. */
  readonly timestamp: number;
}

export interface OffsetAnswer {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** -1: nothing is as late as that. */
  readonly offset: number;
}

/** The end of what is committed, or of all that is stored. */
export type Isolation = 'committed' | 'everything';

export function listOffsetsRequest(
  questions: readonly OffsetQuestion[],
  isolation: Isolation,
): Request<OffsetAnswer[]> {
  return request(2, 3, 'ListOffsets', {
    write: (out) => {
      out.int32(-1).int8(isolation === 'committed' ? 1 : 0);
      out.array([...Map.groupBy(questions, ({ topic }) => topic)], ([topic, own]) => {
        out.string(topic).array(own, ({ partition, timestamp }) => out.int32(partition).int64(timestamp));
      });
    },
    read: (reader) => {
      reader.int32();
      const answers: OffsetAnswer[] = [];
      reader.array(() => {
        const topic = reader.string() ?? '';
        reader.array(() => {
          const [partition, errorCode] = [reader.int32(), reader.int16()];
          reader.int64();
          answers.push({ topic, partition, errorCode, offset: reader.int64() });
        });
      });
      return answers;
    },
  });
}

export function deleteRecordsRequest(
  topic: string,
  bounds: readonly { readonly partition: number; readonly offset: number }[],
): Request<{ readonly partition: number; readonly low: number; readonly errorCode: number }[]> {
  return request(21, 1, 'DeleteRecords', {
    timeoutMs: timeoutMs + 5_000,
    write: (out) => {
      out.int32(1).string(topic);
      out.array(bounds, ({ partition, offset }) => out.int32(partition).int64(offset)).int32(timeoutMs);
    },
    read: (reader) => {
      reader.int32();
      const answers: { partition: number; low: number; errorCode: number }[] = [];
      reader.array(() => {
        reader.string();
        reader.array(() => {
          answers.push({ partition: reader.int32(), low: reader.int64(), errorCode: reader.int16() });
        });
      });
      return answers;
    },
  });
}

/** Gives a topic more partitions. */
export function createPartitionsRequest(topic: string, count: number): Request<TopicOutcome[]> {
  return request(37, 1, 'CreatePartitions', {
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
