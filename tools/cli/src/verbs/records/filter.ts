import { isUtf8 } from 'node:buffer';
import type { StoredRecord } from '@millrace/streams';
import type { Parameters } from '../../command-line/parameters.ts';
import { parseCondition } from '../../input/json-path.ts';
import { UsageError } from '../../usage-error.ts';

export interface Filter {
  readonly limit: number;
  readonly partitions: readonly number[] | undefined;
  readonly accepts: (record: StoredRecord) => boolean;
  /** Whether it looks into records: then a limit cannot be left to the reader. */
  readonly looks: boolean;
}

/** What --limit, --partition, --key and --grep ask for. */
export function filterOf(parameters: Parameters): Filter {
  const key = parameters.text('key');
  const conditions = parameters.list('grep').map(parseCondition);
  const partitions = parameters.list('partition').map((text) => {
    if (!/^\d+$/.test(text)) throw new UsageError(`--partition must be a number, not ${text}`);
    return Number(text);
  });
  return {
    limit: parameters.integer('limit', 0) ?? Number.POSITIVE_INFINITY,
    partitions: partitions.length > 0 ? partitions : undefined,
    looks: key !== undefined || conditions.length > 0,
    accepts: (record) => {
      if (key !== undefined && (record.key === null || Buffer.from(record.key).toString() !== key))
        return false;
      if (conditions.length === 0) return true;
      const value = jsonOf(record.value);
      return value !== undefined && conditions.every((holds) => holds(value));
    },
  };
}

function jsonOf(bytes: Uint8Array | null): unknown {
  if (bytes === null || !isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
