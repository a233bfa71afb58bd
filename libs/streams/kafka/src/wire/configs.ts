import type { Reader } from './reader.ts';
import { type Request, request } from './request.ts';

/** What settings belong to, as the protocol numbers it. */
const resources = { topic: 2, broker: 4, group: 32 } as const;
export type Resource = keyof typeof resources;

export interface DescribedConfig {
  readonly name: string;
  readonly value: string | null;
  /** Set for this topic or group, not the broker's default. */
  readonly own: boolean;
}

const ownSources: ReadonlySet<number> = new Set([1, 8]);
const setOperation = 0;
const deleteOperation = 1;

export function describeConfigsRequest(
  name: string,
  of: Resource = 'topic',
): Request<{ readonly errorCode: number; readonly configs: readonly DescribedConfig[] }> {
  return request(32, [1, 1], 'DescribeConfigs', {
    write: (out) => out.int32(1).int8(resources[of]).string(name).int32(-1).int8(0),
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
export function incrementalAlterConfigsRequest(
  name: string,
  of: Resource,
  configs: Readonly<Record<string, string | null>>,
): Request<{ readonly errorCode: number; readonly explanation: string | null }> {
  return request(44, [1, 1], 'IncrementalAlterConfigs', {
    flexible: true,
    write: (out) => {
      out.compactArray([name], () => {
        out.int8(resources[of]).compactString(name);
        out.compactArray(Object.entries(configs), ([config, value]) => {
          out
            .compactString(config)
            .int8(value === null ? deleteOperation : setOperation)
            .compactString(value)
            .noTags();
        });
        out.noTags();
      });
      out.int8(0).noTags();
    },
    read: (reader) => {
      reader.int32();
      const [answer] = reader.compactArray(() => {
        const found = { errorCode: reader.int16(), explanation: reader.compactString() };
        reader.int8();
        reader.compactString();
        reader.skipTags();
        return found;
      });
      return answer ?? { errorCode: 0, explanation: null };
    },
  });
}

function readConfig(reader: Reader): DescribedConfig {
  const [name, value] = [reader.string() ?? '', reader.string()];
  reader.int8();
  const own = ownSources.has(reader.int8());
  reader.int8();
  reader.array(() => {
    reader.string();
    reader.string();
    reader.int8();
  });
  return { name, value, own };
}
