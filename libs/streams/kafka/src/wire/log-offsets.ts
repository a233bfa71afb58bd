import { type Request, request } from './request.ts';

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
  return request(2, [3, 3], 'ListOffsets', {
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

const timeoutMs = 20_000;

/** Forgets everything before these offsets. */
export function deleteRecordsRequest(
  topic: string,
  bounds: readonly { readonly partition: number; readonly offset: number }[],
): Request<{ readonly partition: number; readonly low: number; readonly errorCode: number }[]> {
  return request(21, [1, 1], 'DeleteRecords', {
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
