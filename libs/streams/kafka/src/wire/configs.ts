import type { Reader } from './reader.ts';
import { type Request, request } from './request.ts';

export interface DescribedConfig {
  readonly name: string;
  readonly value: string | null;
  /** Set for this topic, not the broker's default. */
  readonly own: boolean;
}

const topicResource = 2;
const topicSource = 1;
const setOperation = 0;
const deleteOperation = 1;

export function describeConfigsRequest(
  topic: string,
): Request<{ readonly errorCode: number; readonly configs: readonly DescribedConfig[] }> {
  return request(32, [1, 1], 'DescribeConfigs', {
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

/** Sets what has a value and gives back to the broker what is null; every other setting stays. */
export function alterConfigsRequest(
  topic: string,
  configs: Readonly<Record<string, string | null>>,
): Request<{ readonly errorCode: number; readonly message: string | null }> {
  return request(44, [0, 0], 'IncrementalAlterConfigs', {
    write: (out) => {
      out.int32(1).int8(topicResource).string(topic);
      out.array(Object.entries(configs), ([name, value]) =>
        out
          .string(name)
          .int8(value === null ? deleteOperation : setOperation)
          .string(value),
      );
      out.int8(0);
    },
    read: (reader) => {
      reader.int32();
      const [outcome] = reader.array(() => {
        const [errorCode, message] = [reader.int16(), reader.string()];
        reader.int8();
        reader.string();
        return { errorCode, message };
      });
      return outcome ?? { errorCode: 0, message: null };
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
